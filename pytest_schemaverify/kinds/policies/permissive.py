from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.policies.row import Policy

_WORDS = {True: "permissive", False: "restrictive"}


def check(expected: bool, actual: Policy) -> Iterator[Finding]:
    """The policy is permissive, or restrictive."""
    # ALTER POLICY changes roles and expressions only, so there is no fix:
    # https://www.postgresql.org/docs/current/sql-alterpolicy.html
    if actual.permissive != expected:
        yield Finding(expected=_WORDS[expected], actual=_WORDS[actual.permissive])
