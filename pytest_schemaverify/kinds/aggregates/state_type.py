from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.functions.row import Aggregate

_OF_THE_SERVER = "internal"
"""A type that no value can have, so that the server cannot be asked for it."""


def check(expected: str, actual: Aggregate, server: Canonical) -> Iterator[Finding]:
    """What the aggregate keeps meanwhile has the declared type."""
    found = actual.state_type
    if expected != found and (
        _OF_THE_SERVER in (expected.lower(), found) or not server.same_type(expected, found)
    ):
        yield Finding(expected=f"state type {expected}", actual=f"state type {found}")
