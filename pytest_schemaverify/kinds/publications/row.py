"""The publications of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.source import Rows, Source

_HERE = Path(__file__).parent


class Publication(NamedTuple):
    """A publication; its tables have rows of their own."""

    name: str
    owner: str
    all_tables: bool
    commands: tuple[str, ...]
    via_root: bool
    schemas: tuple[str, ...]
    comment: str


def _read(source: Source) -> Iterator[Publication]:
    """Yield the publications."""
    for oid, name, owner, everything, commands, via_root, schemas in source.rows(
        _HERE / "publications.sql"
    ):
        yield Publication(
            name, source.roles[owner], everything, tuple(commands), via_root, tuple(schemas),
            source.comment("pg_publication", oid),
        )  # fmt: skip


ROWS = (Rows(family="publications", read=_read, key=("name",), schemaless=True),)
