"""The foreign tables of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.options import Option, options_of
from pytest_schemaverify.catalog.source import OF_RELATION, Rows, Source

_HERE = Path(__file__).parent


class ForeignTable(NamedTuple):
    """A foreign table's server and options; its other properties are those of a table."""

    schema: str
    name: str
    server: str
    options: tuple[Option, ...]


def _read(source: Source) -> Iterator[ForeignTable]:
    """Yield the servers and options of foreign tables."""
    for table, server, options in source.rows(_HERE / "foreign_tables.sql"):
        if table in source.kept:
            yield ForeignTable(*source.relations[table], server, options_of(options))


ROWS = (
    Rows(
        family="foreign_tables",
        read=_read,
        key=("schema", "name"),
        noun="foreign table",
        inside=OF_RELATION,
    ),
)
