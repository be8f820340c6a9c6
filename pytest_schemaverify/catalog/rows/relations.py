"""Tables, views, sequences and columns."""

from typing import NamedTuple


class Table(NamedTuple):
    """A table, a partitioned table or a foreign table."""

    schema: str
    name: str
    kind: str
    persistence: str
    owner: str
    rls: bool
    forced: bool
    options: tuple[str, ...]
    acl: tuple[str, ...]
    comment: str


class View(NamedTuple):
    """A view or materialized view."""

    schema: str
    name: str
    kind: str
    owner: str
    options: tuple[str, ...]
    definition: str
    acl: tuple[str, ...]
    comment: str


class Sequence(NamedTuple):
    """A sequence, without the value that it has reached."""

    schema: str
    name: str
    owner: str
    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cycle: bool
    acl: tuple[str, ...]


class Column(NamedTuple):
    """A column of a table or view that has not been dropped."""

    schema: str
    table: str
    name: str
    type: str
    """As format_type() prints it with an empty search_path."""
    nullable: bool
    default: str | None
    generated: str | None
    stored: bool
    identity: str
    """`always`, `by default` or empty."""
    collation: str
    position: int
    acl: tuple[str, ...]
    comment: str
