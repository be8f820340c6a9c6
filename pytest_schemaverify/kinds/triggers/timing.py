from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.triggers.row import Trigger


def check(expected: str, actual: Trigger) -> Iterator[Finding]:
    """The trigger fires at the declared time."""
    if actual.timing != expected:
        yield Finding(expected=expected, actual=actual.timing)
