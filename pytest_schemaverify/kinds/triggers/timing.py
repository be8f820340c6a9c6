from collections.abc import Iterator

from pytest_schemaverify.catalog import Trigger
from pytest_schemaverify.findings import Finding


def check(expected: str, actual: Trigger) -> Iterator[Finding]:
    """The trigger fires at the declared time."""
    if actual.timing != expected:
        yield Finding(expected=expected, actual=actual.timing)
