from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.findings import Finding, counted_rows
from pytest_schemaverify.kinds.kind import Subject
from pytest_schemaverify.language.matchers import Number, meets


def query(subject: Subject, condition: sql.SQL) -> sql.Composed:
    """Count the rows."""
    table = sql.Identifier(*subject.key)
    return sql.SQL("select count(*) from {} where {}").format(table, condition)


def check(expected: Number, rows: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """The table has as many rows as declared."""
    [(count,)] = rows
    if not meets(expected, count):
        wanted = counted_rows(str(expected))
        yield Finding(
            expected=wanted,
            actual=counted_rows(count),
            identity=wanted if count else f"{wanted}, not one",
        )
