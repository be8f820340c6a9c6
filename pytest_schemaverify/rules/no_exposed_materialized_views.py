from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.catalog.reach import readable
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.rules.exposed import exposed

USE = Use(category="RLS policies", exempting=True)


def query(scope: frozenset[str], clients: list[str]) -> sql.Composed:
    """Return the materialized views that the clients' roles can read."""
    return readable(scope, "m", clients)


def check(rows: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """No client's role can read a materialized view: row-level security does not hold for it."""
    yield from exposed(rows)
