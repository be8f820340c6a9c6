from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.behaviour.vectors import VectorColumn, shares
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.language.matchers import Number, meets


def query(looked: VectorColumn) -> sql.Composed:
    """Count the rows by whether they have a vector, and by its dimensions."""
    declared = looked.require_vectors().name in ("vector", "halfvec")
    return sql.SQL(
        "select {column} is null, {dimensions}, count(*) from {table} group by 1, 2"
    ).format(
        column=sql.SQL(looked.name),
        dimensions=looked.stored_dimensions() if declared else sql.SQL("null"),
        table=sql.SQL(looked.table),
    )


def check(
    expected: Number, entry: Any, looked: VectorColumn, rows: list[tuple[bool, int | None, int]]
) -> Iterator[Finding]:
    """As few vectors as declared are still to be made, or made again."""
    wanted = entry.dimensions or looked.require_vectors().dimensions
    missing = sum(count for without, _, count in rows if without)
    other = sum(count for _, found, count in rows if found and wanted and not meets(wanted, found))
    count = sum(count for *_, count in rows)
    shares.require(count, looked, None, "row")
    if not shares.as_expected(expected, missing + other, count):
        parts = [f"{missing} without a vector"] if missing else []
        parts += [f"{other} with one of other dimensions"] if other else []
        declared = shares.wanted(expected, "rows whose vector is to be made")
        yield Finding(
            expected=declared,
            identity=declared,
            actual=f"{shares.found(missing + other, count)}: {', '.join(parts) or 'none'}",
        )
