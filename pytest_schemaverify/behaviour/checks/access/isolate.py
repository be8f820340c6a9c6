from collections.abc import Iterator, Sequence

from pytest_schemaverify.behaviour.access.tenants.leak import NEEDLESS, Leak
from pytest_schemaverify.findings import Finding, lasting
from pytest_schemaverify.kinds.kind import Use

USE = Use(copied=True, exempting=True)


def check(leaks: Sequence[Leak]) -> Iterator[Finding]:
    """No tenant can see or touch a row of another."""
    for leak in leaks:
        expected = leak.expected
        if leak.actual == NEEDLESS:
            expected = "a constraint that tells a tenant about rows of another"
        yield Finding(
            subject=leak.subject,
            expected=f"{expected}, tried" if leak.untried else expected,
            actual=f"not tried: {leak.actual}" if leak.untried else leak.actual,
            # Ids, times and numbers of rows differ from run to run; a known finding is known by the
            # rest.
            identity=leak.identity or lasting(leak.actual.partition("\n")[0]),
            hint=_hint(leak),
            fix=leak.fix,
            untold=leak.bound,
        )


def _hint(leak: Leak) -> str:
    if not leak.bound:
        return leak.again
    return (
        "--schema-statement-timeout gives it more time; if it is right, name it under `except` with"
        " the reason, and it is not tried"
    )
