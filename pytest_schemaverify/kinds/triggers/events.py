import re
from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.triggers.row import Trigger
from pytest_schemaverify.sql import names

Event = tuple[str, frozenset[str]]
_OR = re.compile(r"\s+or\s+", re.IGNORECASE)
_OF = re.compile(r"\s+of\s+", re.IGNORECASE)


def check(expected: list[str], actual: Trigger) -> Iterator[Finding]:
    """The declared events fire the trigger, and no others do."""
    wanted = {_written(event) for text in expected for event in _OR.split(text)}
    if wanted != {_stored(event) for event in actual.events}:
        yield Finding(expected=" or ".join(expected), actual=" or ".join(actual.events))


def _written(text: str) -> Event:
    event, *columns = _OF.split(text, maxsplit=1)
    listed = names.split(columns[0]) if columns else []
    return event.lower(), frozenset(names.parts(column)[0] for column in listed)


def _stored(text: str) -> Event:
    event, _, columns = text.partition(" of ")
    return event, frozenset(columns.split(", ")) if columns else frozenset()
