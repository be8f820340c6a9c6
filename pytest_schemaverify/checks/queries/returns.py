from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.findings import Finding, samples


def query(statement: str) -> sql.SQL:
    """Return what the user wrote."""
    return sql.SQL(statement)


def check(expected: Any, rows: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """The query returns what is declared: nothing, one value, one row or all rows."""
    found = [[_plain(value) for value in row] for row in rows]
    if found != _rows(expected):
        some = samples((tuple(row) if len(row) > 1 else row[0] for row in found[:3]), width=80)
        more = f" and {len(found) - 3} more rows" if len(found) > 3 else ""
        yield Finding(expected=str(expected), actual=f"{some}{more}" if found else "nothing")


def _rows(expected: Any) -> list[list[Any]]:
    if expected == "nothing":
        return []
    if not isinstance(expected, list):
        return [[expected]]
    return [row if isinstance(row, list) else [row] for row in expected] if (
        expected and isinstance(expected[0], list)
    ) else [expected]  # fmt: skip


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float) else str(value)
