from collections.abc import Iterator, Sequence

from pytest_schemaverify.behaviour.access.tenants.leak import NEEDLESS, Leak
from pytest_schemaverify.findings import Finding, lasting
from pytest_schemaverify.kinds.kind import Use

USE = Use(copied=True, exempting=True)


def check(leaks: Sequence[Leak]) -> Iterator[Finding]:
    """No tenant can see or touch a row of another."""
    for leak in sorted(leaks, key=_order):
        expected = leak.expected
        if leak.actual == NEEDLESS:
            expected = "a constraint that tells a tenant about rows of another"
        yield Finding(
            subject=leak.subject,
            cause=_cause(leak),
            expected=f"{expected}, tried" if leak.untried else expected,
            actual=f"not tried: {leak.actual}" if leak.untried else leak.actual,
            # Ids, times and numbers of rows differ from run to run; a known finding is known by the
            # rest.
            identity=leak.identity or lasting(leak.actual.partition("\n")[0]),
            hint=_hint(leak),
            fix=leak.fix,
            untold=leak.bound,
        )


def _order(leak: Leak) -> int:
    """Return a key that sorts leaks: to rows, then to what they tell, then what was not tried."""
    if leak.actual == NEEDLESS:
        return 3
    return 2 if leak.untried else 1 if leak.covert else 0


def _cause(leak: Leak) -> str:
    """Return what a leak has in common with others, about which a reader is told once."""
    if leak.subject.endswith(")"):  # each function is called in its own way
        return f"{leak.subject}: {leak.actual}"
    # Why something was not tried takes more than a line, and names it in some.
    name = leak.subject.rpartition(".")[2]
    first = leak.actual.partition("\n")[0]
    same = lasting(leak.actual if leak.untried else first)
    if leak.cause:
        same = f"{leak.cause} {first.startswith('where ') and first}"
    return f"{leak.expected}: {same.replace(name, '…')}"


def _hint(leak: Leak) -> str:
    if not leak.bound:
        return leak.again
    return (
        "--schema-statement-timeout gives it more time; if it is right, name it under `except` with"
        " the reason, and it is not tried"
    )
