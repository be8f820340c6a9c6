from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.event_triggers.row import EventTrigger
from pytest_schemaverify.kinds.expected_names import means


def check(expected: str, actual: EventTrigger, schema: str) -> Iterator[Finding]:
    """The event trigger calls the declared function."""
    if not means(expected, actual.function, schema):
        yield Finding(expected=expected, actual=f"{actual.function}()")
