from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.policies.row import Policy


def check(expected: str, actual: Policy) -> Iterator[Finding]:
    """The policy is for the declared command."""
    if actual.command != expected:
        yield Finding(expected=f"for {expected}", actual=f"for {actual.command}")
