from collections.abc import Iterator

from pytest_schemaverify.behaviour.routines import Injection, Uncalled
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.row_values import marked_literals

USE = Use(category="function security", built=True, exempting=True)


def check(injections: list[Injection | Uncalled]) -> Iterator[Finding]:
    """No function with its owner's rights runs SQL that comes in by an argument."""
    for one in injections:
        if isinstance(one, Uncalled):
            yield one.told()
            continue
        actual = "it runs SQL that is in it"
        # A syntax error at the quote proves that the argument is read as SQL, too.
        if not one.ran:
            actual = f"a quote in it breaks the statement: {one.message}"
        yield Finding(
            subject=one.function,
            expected=f"the argument {one.argument} is a value",
            actual=actual,
            identity=f"{one.argument}: {'runs' if one.ran else 'breaks'}",
            hint=f"as {one.identity}: {marked_literals(one.statement)}",
        )
