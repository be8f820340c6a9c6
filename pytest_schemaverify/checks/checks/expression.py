from collections.abc import Iterator

from pytest_schemaverify.canonical import Same
from pytest_schemaverify.catalog import Constraint
from pytest_schemaverify.findings import Finding


def check(expected: str, actual: Constraint, same: Same) -> Iterator[Finding]:
    """The check constraint has the declared expression."""
    if not same(expected, actual.expression or ""):
        yield Finding(expected=expected, actual=actual.expression or "")
