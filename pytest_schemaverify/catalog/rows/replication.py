"""What is published to other servers, and what is taken from them."""

from typing import NamedTuple

from .foreign import Digest


class Publication(NamedTuple):
    """A publication; its tables have rows of their own."""

    name: str
    owner: str
    all_tables: bool
    commands: tuple[str, ...]
    via_root: bool
    schemas: tuple[str, ...]
    comment: str


class PublishedTable(NamedTuple):
    """A table that a publication names."""

    publication: str
    schema: str
    name: str
    columns: tuple[str, ...]
    """Empty where all are published."""
    where: str | None


class Subscription(NamedTuple):
    """A subscription. Its connection string is never read as it is."""

    name: str
    owner: str
    enabled: bool
    publications: tuple[str, ...]
    slot: str
    options: tuple[str, ...]
    """Those that are not as usual."""
    connection: Digest | None
    """None for those who may not read it."""
    comment: str
