from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.behaviour.vectors import VectorColumn, shares
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.language.matchers import Number


def query(looked: VectorColumn, condition: sql.SQL) -> sql.Composed:
    """Count the rows whose vector another row has too, and all; the greatest such group."""
    # Groups by a digest of 32 characters, where vectors have kilobytes.
    return sql.SQL(
        "select coalesce(sum(n) filter (where n > 1), 0)::bigint, coalesce(sum(n), 0)::bigint,"
        " max(n) from (select count(*) as n from {table} where ({condition}) and {column} is not"
        " null group by pg_catalog.md5({column}::text)) as groups"
    ).format(table=sql.SQL(looked.table), condition=condition, column=sql.SQL(looked.name))


def check(
    expected: Number, looked: VectorColumn, entry: Any, rows: list[tuple[Any, ...]]
) -> Iterator[Finding]:
    """As few rows as declared have a vector that another row has too."""
    [(rows_of_groups, count, most)] = rows
    shares.require(count, looked, entry)
    if not shares.as_expected(expected, rows_of_groups, count):
        wanted = shares.wanted(expected, "rows that share their vector with others")
        yield Finding(
            expected=wanted,
            identity=wanted,
            actual=f"{shares.found(rows_of_groups, count)}, up to {most or 0} with the same one",
        )
