from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.event_triggers.row import EventTrigger
from pytest_schemaverify.kinds.firing import compared
from pytest_schemaverify.sql.names import quoted


def check(expected: bool | str, actual: EventTrigger) -> Iterator[Finding]:
    """The event trigger fires in an ordinary session, or does not."""
    fix = f"alter event trigger {quoted(actual.name)} {{}};"
    yield from compared(expected, actual.enabled, fix)
