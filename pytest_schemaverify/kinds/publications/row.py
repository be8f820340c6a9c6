"""The publications of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.source import Rows, Source

_HERE = Path(__file__).parent


# pg_publication.pubgencols: https://www.postgresql.org/docs/18/catalog-pg-publication.html
_GENERATED = {"n": "none", "s": "stored"}


class Publication(NamedTuple):
    """A publication; its tables have rows of their own."""

    name: str
    owner: str
    all_tables: bool
    commands: tuple[str, ...]
    via_root: bool
    schemas: tuple[str, ...]
    generated_columns: str
    """`none` or `stored`; before PostgreSQL 18 none are published."""
    comment: str


def _read(source: Source) -> Iterator[Publication]:
    """Yield the publications."""
    for oid, name, owner, everything, commands, via_root, schemas, generated in source.rows(
        _HERE / "publications.sql"
    ):
        yield Publication(
            name, source.roles[owner], everything, tuple(commands), via_root, tuple(schemas),
            _GENERATED[generated], source.comment("pg_publication", oid),
        )  # fmt: skip


ROWS = (Rows(family="publications", read=_read, key=("name",), schemaless=True),)
