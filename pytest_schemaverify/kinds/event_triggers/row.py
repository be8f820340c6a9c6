"""The event triggers of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.source import ENABLED, Rows, Source

_HERE = Path(__file__).parent


class EventTrigger(NamedTuple):
    """An event trigger."""

    name: str
    event: str
    function: str
    tags: tuple[str, ...]
    enabled: str
    """`origin`, `replica`, `always` or `disabled`."""
    owner: str
    of_extension: bool
    comment: str


def _read(source: Source) -> Iterator[EventTrigger]:
    """Yield the event triggers; those of extensions too."""
    for oid, name, event, schema, function, tags, enabled, owner in source.rows(
        _HERE / "event_triggers.sql"
    ):
        yield EventTrigger(
            # The order of tags means nothing, so they are sorted to be compared.
            name, event, f"{schema}.{function}", tuple(sorted(tags or ())), ENABLED[enabled],
            source.roles[owner], not source.own("pg_event_trigger", oid),
            source.comment("pg_event_trigger", oid),
        )  # fmt: skip


ROWS = (
    Rows(family="event_triggers", read=_read, key=("name",), noun="event trigger", schemaless=True),
)
