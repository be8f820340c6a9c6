from collections.abc import Iterator

from pytest_schemaverify.catalog import Trigger
from pytest_schemaverify.findings import Finding


def check(expected: list[str], actual: Trigger) -> Iterator[Finding]:
    """The declared events fire the trigger, and no others do."""
    if {_plain(event) for event in expected} != {_plain(event) for event in actual.events}:
        yield Finding(expected=" or ".join(expected), actual=" or ".join(actual.events))


def _plain(event: str) -> tuple[str, frozenset[str]]:
    name, _, columns = event.lower().partition(" of ")
    return name.strip(), frozenset(column.strip() for column in columns.split(",") if columns)
