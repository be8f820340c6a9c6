from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.behaviour.vectors import VectorColumn, shares
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.language.matchers import Number, meets


def query(looked: VectorColumn, condition: sql.SQL) -> sql.Composed:
    """Count the vectors by their number of dimensions."""
    return sql.SQL(
        "select {dimensions} as d, count(*) from {table} where ({condition}) and {column} is not"
        " null group by 1 order by 1"
    ).format(
        dimensions=looked.stored_dimensions(), table=sql.SQL(looked.table), condition=condition,
        column=sql.SQL(looked.name),
    )  # fmt: skip


def check(
    expected: Number, looked: VectorColumn, entry: Any, rows: list[tuple[int, int]]
) -> Iterator[Finding]:
    """Every stored vector has the declared dimensions."""
    shares.require(len(rows), looked, entry)
    others = [
        f"{count} with {found} dimensions" for found, count in rows if not meets(expected, found)
    ]
    if others:
        yield Finding(
            expected=f"only vectors of {expected} dimensions",
            actual=", ".join(others),
            identity=f"{expected}: {[found for found, _ in rows if not meets(expected, found)]}",
        )
