"""Vectors that are made up, to measure an index that has none yet."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.statements import cast
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds.vector_types import VectorIndex, operator_class
from pytest_schemaverify.sql.names import quoted

from .condition_values import values_meeting
from .recall import Progress
from .vector_column import VectorColumn, joined

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
# hashint4() is negative for half of all numbers, and `&` makes a place of it. Parts are chosen by
# the number of a row, so that a row is the same in each run.
_ROWS_QUERY = """
insert into {table} ({columns})
select {values}
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
    connection: Connection[Any], catalog: Catalog, looked: VectorColumn, index: VectorIndex,
    rows: int, progress: Progress,
) -> VectorColumn:  # fmt: skip
    """Make a table of its own with the same columns, the same index and vectors.

    So many of the rows meet the condition of the queries, and as many do not where there can be
    such. An IVFFlat index is made first, as on a table that is filled after the migrations. The
    database has to be disposable. Raises CannotDetermine when no row meets the condition.
    """
    column = looked.column
    groups = _groups(connection, catalog, looked, index)
    schema = quoted(column.schema)
    table = f"{schema}.{_TABLE}"
    own = replace(index, index=index.index._replace(table=_TABLE, name=f"{_TABLE}_idx"))
    made = replace(
        looked, column=column._replace(table=_TABLE), indexes=(own,), parts={}, unused=frozenset(),
        alias=looked.alias or column.table,
    )  # fmt: skip
    # Unlogged: nothing of a disposable database has to outlive a crash.
    _execute(connection, f"create unlogged table {table} as select * from {looked.table} limit 0")
    first = index.index.method == "ivfflat"
    if first:
        _index(connection, made, own)
    _prepare(connection, made)
    for number, values in enumerate(groups):
        _fill(connection, made, values, range(number * rows, (number + 1) * rows), progress)
    if not first:
        progress(f"building the index for {rows * len(groups)} generated vectors", 0, 0)
        _index(connection, made, own)
    _execute(connection, f"analyze {table}")
    return made


def _groups(
    connection: Connection[Any], catalog: Catalog, looked: VectorColumn, index: VectorIndex
) -> list[Mapping[str, sql.Composable]]:
    """Return other columns' values for rows that meet the condition, and for some that do not."""
    conditions = looked.conditions(index)
    if not conditions:
        return [{}]
    table = looked.table_key
    found = values_meeting(connection, catalog, table, conditions)
    if found is None:
        raise CannotDetermine(
            f"measuring the recall of {index.index.name}",
            because=f"no row of {looked.table} meets the condition, and none with the usual values "
            f"of its columns does: {' and '.join(conditions)}",
            remedy="correct it, or have a migration insert rows that meet it, or verify a database "
            "with data",
        )
    outside = [f"({joined(looked.where)}) is not true", index.index.where or "true"]
    others = values_meeting(connection, catalog, table, outside)
    types = {one.name: one.type for one in catalog.of_table("columns", *table)}
    return [
        {name: cast(text, types[name]) for name, text in one.items() if name != looked.column.name}
        for one in (found, others)
        if one is not None
    ]


def _prepare(connection: Connection[Any], looked: VectorColumn) -> None:
    """Make what vectors are sums of."""
    type_ = looked.require_vectors()
    # random() then gives the same vectors in each run.
    connection.execute("select pg_catalog.setseed(0.5)")
    _execute(connection, _PARTS_QUERY.format(
        vector=f"{quoted(looked.schema)}.vector", dimensions=type_.dimensions or 3, parts=_PARTS,
        choices=_CHOICES,
    ))  # fmt: skip


def _fill(
    connection: Connection[Any], looked: VectorColumn, values: Mapping[str, sql.Composable],
    numbers: range, progress: Progress,
) -> None:  # fmt: skip
    type_ = looked.require_vectors()
    schema = quoted(looked.schema)
    query = _ROWS_QUERY.format(
        table=looked.table, schema=schema, parts=_PARTS, choices=_CHOICES,
        columns=", ".join([looked.name, *map(quoted, values)]),
        values=", ".join([
            _value(schema, type_.name, type_.dimensions),
            *(value.as_string(connection).replace("%", "%%") for value in values.values()),
        ]),
    )  # fmt: skip
    for start in numbers[::_BATCH]:
        progress("generating vectors", start, numbers.stop)
        last = min(start + _BATCH, numbers.stop)
        connection.execute(query.encode(), [start + 1, last])


def _value(schema: str, type_: str, dimensions: int) -> str:
    if type_ == "bit":
        return f"{schema}.binary_quantize(v)::bit({dimensions})"
    return "v" if type_ == "vector" else f"v::{schema}.{type_}"


def _index(connection: Connection[Any], looked: VectorColumn, index: VectorIndex) -> None:
    options = f" with ({', '.join(index.index.options)})" if index.index.options else ""
    where = f" where {index.index.where}" if index.index.where else ""
    # pgvector builds an index much more slowly once it exceeds maintenance_work_mem.
    memory = _kilobytes(looked, connection)
    connection.execute(
        "select pg_catalog.set_config('maintenance_work_mem', %s, false)", [f"{memory}kB"]
    )
    name, class_ = quoted(index.index.name), operator_class(index.type, index.distance)
    _execute(
        connection,
        f"create index {name} on {looked.table} using {index.index.method}"
        f" (({index.expression}) {quoted(looked.schema)}.{class_}){options}{where}",
    )


def _kilobytes(looked: VectorColumn, connection: Connection[Any]) -> int:
    """Return the memory in which an index can be built at one go; at least the server's default."""
    row = connection.execute(f"select count(*) from {looked.table}".encode()).fetchone()
    dimensions = looked.type.dimensions if looked.type else 0
    return max(65536, int(row[0] if row else 0) * (dimensions * 4 + 1024) // 1000)


def _execute(connection: Connection[Any], statement: str) -> None:
    connection.execute(statement.encode())
