from collections.abc import Iterator

from pytest_schemaverify.behaviour.routines import Leak, Tried, Uncalled
from pytest_schemaverify.findings import Finding, lasting
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.row_values import marked_literals

USE = Use(category="function security", built=True, exempting=True)


def check(called: list[Tried | Uncalled]) -> Iterator[Finding]:
    """No function with its owner's rights shows callers what they cannot read, or changes it."""
    for one in called:
        if isinstance(one, Uncalled):
            yield one.told()
            continue
        yield from (_of(leak) for leak in one.leaks)
        # A function that no identity may call needs no proof.
        if one.leaks or not one.callers:
            continue
        if one.bound:
            yield Uncalled(one.function, one.bound).told()
        elif not one.answered:
            yield Finding(
                subject=one.function,
                expected="a call that runs to its end",
                actual=f"not tried: {one.refusal}",
                identity=f"not tried: {lasting(one.refusal)}",
                hint="no arguments that were tried suit it; look at it, then say under `except` "
                "why it is right",
            )
        # Without a row that the caller cannot read there was nothing that could leak.
        elif one.empty:
            table, why = next(iter(one.empty.items()))
            yield Finding(
                subject=one.function,
                expected=f"rows in {table} that somebody cannot read",
                actual=f"not tried: none could be made: {why}",
                identity=f"no rows in {table}: {lasting(why)}",
            )


def _of(leak: Leak) -> Finding:
    shown = "\n".join(f"it shows {row}" for row in leak.told)
    what = " and ".join(leak.tables) or f"it {leak.deed}"
    return Finding(
        subject=leak.function,
        expected=f"nothing that {leak.identity} {'may not do' if leak.deed else 'cannot read'}",
        actual=shown or f"it {leak.deed}: {leak.row}",
        identity=f"{leak.identity}: {what}",
        hint=f"as {leak.identity}: {marked_literals(leak.statement[:300])}",
    )
