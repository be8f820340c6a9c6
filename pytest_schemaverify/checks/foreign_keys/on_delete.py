from collections.abc import Iterator

from pytest_schemaverify.catalog import Constraint
from pytest_schemaverify.checks.foreign_keys import replaced
from pytest_schemaverify.findings import Finding


def check(expected: str, actual: Constraint) -> Iterator[Finding]:
    """The declared action is taken when the referenced row is deleted."""
    if actual.on_delete != expected:
        fix = replaced(actual, on_delete=expected, on_update=actual.on_update)
        yield Finding(expected=expected, actual=actual.on_delete, fix=fix)
