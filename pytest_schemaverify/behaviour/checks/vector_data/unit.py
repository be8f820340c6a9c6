from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.behaviour.vectors import VectorColumn, shares
from pytest_schemaverify.findings import Finding

TOLERANCE = 0.01
"""What rounding, to half precision too, leaves of a length of 1."""


def query(looked: VectorColumn, condition: sql.SQL) -> sql.Composed:
    """Count the vectors whose length is not 1, and all; the least and the greatest length."""
    return sql.SQL(
        "select count(*) filter (where pg_catalog.abs(n - 1) > {tolerance}), count(n), min(n),"
        " max(n) from (select {norm} as n from {table} where {condition}) as lengths"
    ).format(
        tolerance=sql.Literal(TOLERANCE),
        norm=looked.norm(), table=sql.SQL(looked.table), condition=condition,
    )  # fmt: skip


def check(
    expected: bool, looked: VectorColumn, entry: Any, rows: list[tuple[Any, ...]]
) -> Iterator[Finding]:
    """Every vector has the length 1."""
    [(others, count, least, most)] = rows
    shares.require(count, looked, entry)
    if expected and others:
        yield Finding(
            expected="every vector has the length 1",
            identity="another length",
            actual=f"another length: {shares.found(others, count)}, from {least:.4g} to {most:.4g}",
            hint="the inner product then prefers long vectors to near ones",
        )
    elif not expected and not others:
        yield Finding(expected="vectors of other lengths than 1", actual="none")
