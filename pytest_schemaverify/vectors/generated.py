"""Vectors that are made up, to measure an index that has none yet."""

from dataclasses import replace
from typing import Any

from psycopg import Connection

from pytest_schemaverify.catalog import VectorIndex
from pytest_schemaverify.catalog.vectors import operator_class
from pytest_schemaverify.names import quoted

from .column import Looked
from .recall import Progress

_TABLE = "schemaverify_generated"
_PARTS = 8
"""Vectors that each one is the sum of: embeddings too vary in fewer directions than they have."""
_CHOICES = 64
"""Vectors to choose each part from."""
_BATCH = 1000
_PARTS_QUERY = """
create temporary table schemaverify_parts as
select part, choice, (
    select pg_catalog.array_agg(number)::{vector}
    from (
        select (pg_catalog.random() * 2 - 1) / (part + 1) as number
        from pg_catalog.generate_series(1, {dimensions})
    ) as numbers
) as v
from pg_catalog.generate_series(0, {parts} - 1) as part,
     pg_catalog.generate_series(0, {choices} - 1) as choice
"""
_ROWS_QUERY = """
insert into {table} ({column})
select {value}
from (
    select number, {schema}.sum(p.v) as v
    from pg_catalog.generate_series(%s::int, %s::int) as number
    cross join pg_catalog.generate_series(0, {parts} - 1) as chosen
    join schemaverify_parts as p on p.part = chosen
        and p.choice = (pg_catalog.hashint4(number * 31 + chosen) & 2147483647) %% {choices}
    group by number
) as made
"""


def generated(
    connection: Connection[Any], looked: Looked, index: VectorIndex, rows: int, progress: Progress
) -> tuple[Looked, VectorIndex]:
    """Make a table of its own with the same column, the same index and so many vectors.

    An IVFFlat index is made first, as on a table that is filled after the migrations. The database
    has to be disposable.
    """
    schema = quoted(looked.column.schema)
    table = f"{schema}.{_TABLE}"
    made = replace(looked, column=looked.column._replace(table=_TABLE), indexes=())
    name = f"{_TABLE}_idx"
    own = replace(index, index=index.index._replace(table=_TABLE, name=name, where=None))
    empty = f"select {looked.name} from {looked.table} with no data"
    _execute(connection, f"create unlogged table {table} as {empty}")
    first = index.index.method == "ivfflat"
    if first:
        _index(connection, made, own)
    _fill(connection, made, rows, progress)
    if not first:
        progress(f"building the index for {rows} generated vectors", 0, 0)
        _index(connection, made, own)
    _execute(connection, f"analyze {table}")
    return replace(made, indexes=(own,)), own


def _fill(connection: Connection[Any], looked: Looked, rows: int, progress: Progress) -> None:
    type_ = looked.require_vectors()
    schema = quoted(looked.schema)
    connection.execute("select pg_catalog.setseed(0.5)")
    _execute(connection, _PARTS_QUERY.format(
        vector=f"{schema}.vector", dimensions=type_.dimensions or 3, parts=_PARTS,
        choices=_CHOICES,
    ))  # fmt: skip
    query = _ROWS_QUERY.format(
        table=looked.table, column=looked.name, schema=schema, parts=_PARTS, choices=_CHOICES,
        value=_value(schema, type_.name, type_.dimensions),
    )  # fmt: skip
    for start in range(0, rows, _BATCH):
        progress("generating vectors", start, rows)
        last = min(start + _BATCH, rows)
        connection.execute(query.encode(), [start + 1, last])


def _value(schema: str, type_: str, dimensions: int) -> str:
    if type_ == "bit":
        return f"{schema}.binary_quantize(v)::bit({dimensions})"
    return "v" if type_ == "vector" else f"v::{schema}.{type_}"


def _index(connection: Connection[Any], looked: Looked, index: VectorIndex) -> None:
    options = f" with ({', '.join(index.index.options)})" if index.index.options else ""
    memory = _kilobytes(looked, connection)
    connection.execute(
        "select pg_catalog.set_config('maintenance_work_mem', %s, false)", [f"{memory}kB"]
    )
    name, class_ = quoted(index.index.name), operator_class(index.type, index.distance)
    _execute(
        connection,
        f"create index {name} on {looked.table} using {index.index.method}"
        f" (({index.expression}) {quoted(looked.schema)}.{class_}){options}",
    )


def _kilobytes(looked: Looked, connection: Connection[Any]) -> int:
    """Return the memory in which an index can be built at one go; at least the server's default."""
    row = connection.execute(f"select count(*) from {looked.table}".encode()).fetchone()
    dimensions = looked.type.dimensions if looked.type else 0
    return max(65536, int(row[0] if row else 0) * (dimensions * 4 + 1024) // 1000)


def _execute(connection: Connection[Any], statement: str) -> None:
    connection.execute(statement.encode())
