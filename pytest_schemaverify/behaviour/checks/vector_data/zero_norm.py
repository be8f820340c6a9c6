from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.behaviour.vectors import VectorColumn, shares
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.language.matchers import Number


def query(looked: VectorColumn, condition: sql.SQL) -> sql.Composed:
    """Count the vectors that are all zeros, and all vectors."""
    return sql.SQL(
        "select count(*) filter (where {} = 0), count({column}) from {table} where {condition}"
    ).format(
        looked.norm(), column=sql.SQL(looked.name), table=sql.SQL(looked.table), condition=condition
    )


def check(
    expected: Number, looked: VectorColumn, entry: Any, rows: list[tuple[int, int]]
) -> Iterator[Finding]:
    """As few vectors as declared are all zeros."""
    [(zeros, count)] = rows
    shares.require(count, looked, entry)
    if not shares.as_expected(expected, zeros, count):
        wanted = shares.wanted(expected, "vectors that are all zeros")
        yield Finding(
            expected=wanted,
            identity=wanted,
            actual=shares.found(zeros, count),
            hint="their cosine distance is NaN, and an index for it leaves them out",
        )
