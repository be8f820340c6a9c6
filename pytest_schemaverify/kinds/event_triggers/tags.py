from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.event_triggers.row import EventTrigger


def check(expected: list[str], actual: EventTrigger) -> Iterator[Finding]:
    """The event trigger is for the declared commands, and no others."""
    wanted = sorted(" ".join(tag.upper().split()) for tag in expected)
    if wanted != list(actual.tags):
        yield Finding(
            expected=", ".join(wanted) or "all commands",
            actual=", ".join(actual.tags) or "all commands",
        )
