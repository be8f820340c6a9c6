from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Subject, Use
from pytest_schemaverify.sql.names import parts

USE = Use(each=True, unmatched="a list of lists")


def query(expected: str, subject: Subject, condition: sql.SQL) -> sql.Composed:
    """Count the rows in which the column is NULL, and all."""
    return sql.SQL("select count(*) filter (where {} is null), count(*) from {} where {}").format(
        sql.Identifier(*parts(expected)), sql.Identifier(*subject.key), condition
    )


def check(expected: str, rows: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """The column is NULL in no row."""
    [(nulls, count)] = rows
    if nulls:
        wanted = f"{expected} is never NULL"
        yield Finding(
            expected=wanted,
            identity=wanted,
            actual=f"rows with NULL: {nulls} of {count}",
        )
