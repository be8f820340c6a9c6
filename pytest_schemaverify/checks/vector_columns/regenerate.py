from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.vectors import Looked, shares


def query(looked: Looked, entry: Any) -> sql.Composed:
    """Count the rows without a vector, those with one of other dimensions, and all."""
    type_ = looked.require_vectors()
    column, schema = sql.SQL(looked.name), sql.Identifier(looked.schema)
    wanted = entry.dimensions or type_.dimensions
    other: sql.SQL | sql.Composed = sql.SQL("false")
    if wanted and type_.name in ("vector", "halfvec"):
        other = sql.SQL("{}.vector_dims({}) <> {}").format(schema, column, sql.Literal(wanted))
    return sql.SQL(
        "select count(*) filter (where {column} is null), count(*) filter (where {other}), "
        "count(*) from {table}"
    ).format(column=column, other=other, table=sql.SQL(looked.table))


def check(expected: int | str, rows: list[tuple[int, int, int]]) -> Iterator[Finding]:
    """As few vectors as declared are still to be made, or made again."""
    [(missing, other, count)] = rows
    if not shares.meets(expected, missing + other, count):
        parts = [f"{missing} without a vector"] if missing else []
        parts += [f"{other} with one of other dimensions"] if other else []
        yield Finding(
            expected=shares.wanted(expected, "rows whose vector is to be made"),
            actual=f"{shares.found(missing + other, count)}: {', '.join(parts) or 'none'}",
        )
