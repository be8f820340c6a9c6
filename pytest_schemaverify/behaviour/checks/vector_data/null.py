from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.behaviour.vectors import VectorColumn, shares
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.language.matchers import Number


def query(looked: VectorColumn, condition: sql.SQL) -> sql.Composed:
    """Count the rows without a vector, and all."""
    return sql.SQL("select count(*) filter (where {} is null), count(*) from {} where {}").format(
        sql.SQL(looked.name), sql.SQL(looked.table), condition
    )


def check(
    expected: Number, looked: VectorColumn, entry: Any, rows: list[tuple[int, int]]
) -> Iterator[Finding]:
    """As few rows as declared are without a vector."""
    [(nulls, count)] = rows
    shares.require(count, looked, entry, "row")
    if not shares.as_expected(expected, nulls, count):
        wanted = shares.wanted(expected, "rows without a vector")
        yield Finding(
            expected=wanted,
            identity=wanted,
            actual=shares.found(nulls, count),
            hint="no search by an index finds them",
        )
