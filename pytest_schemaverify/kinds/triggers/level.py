from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.triggers.row import Trigger


def check(expected: str, actual: Trigger) -> Iterator[Finding]:
    """The trigger fires for each row or statement, as declared."""
    if actual.level != expected:
        yield Finding(expected=f"for each {expected}", actual=f"for each {actual.level}")
