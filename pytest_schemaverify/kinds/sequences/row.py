"""The sequences of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.catalog.source import PERSISTENCE, Rows, Source, privileges
from pytest_schemaverify.sql import names
from pytest_schemaverify.sql.names import quoted

_HERE = Path(__file__).parent


class Sequence(NamedTuple):
    """A sequence, without the value that it has reached."""

    schema: str
    name: str
    owner: str
    persistence: str
    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cycle: bool
    cache: int
    owned_by: str
    """Column whose values it makes and with which it is dropped: `public.users.id`, or empty."""
    acl: tuple[str, ...]
    comment: str


def _read(source: Source) -> Iterator[Sequence]:
    """Yield the sequences."""
    numbers = {row[0]: row[1:] for row in source.rows(_HERE / "sequences.sql")}
    for row in source.relations_of("S"):
        yield _sequence(source, row, numbers[row[0]])


def _sequence(source: Source, row: tuple[Any, ...], numbers: tuple[Any, ...]) -> Sequence:
    oid, _, _, _, persistence, owner, _, _, _, acl, *_ = row
    *values, table, column = numbers
    owned_by = ""
    # pg_depend has the column; the number of the relation is NULL where none owns the sequence.
    if table in source.relations:
        owned_by = quoted(*source.relations[table], source.columns.get((table, column), ""))
    return Sequence._make((
        *source.relations[oid], source.roles[owner], PERSISTENCE[persistence], *values, owned_by,
        privileges(acl), source.comment("pg_class", oid),
    ))  # fmt: skip


def _portable(row: Sequence, catalog: Catalog) -> Sequence:
    # Since PostgreSQL 15 the sequence of an unlogged table is unlogged, too.
    table = catalog.find("tables", names.parts(row.owned_by)[:2] if row.owned_by else ())
    with_table = table is not None and table.persistence == "unlogged"
    return row._replace(persistence="permanent") if with_table else row


ROWS = (Rows(family="sequences", read=_read, key=("schema", "name"), portable=_portable),)
