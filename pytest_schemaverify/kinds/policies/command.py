from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.policies.row import Policy


def check(expected: str, actual: Policy) -> Iterator[Finding]:
    """The policy is for the declared command."""
    # ALTER POLICY changes roles and expressions only, so there is no fix:
    # https://www.postgresql.org/docs/current/sql-alterpolicy.html
    if actual.command != expected:
        yield Finding(expected=f"for {expected}", actual=f"for {actual.command}")
