from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.catalog.reach import reaching
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="RLS policies", exempting=True)


def query(scope: frozenset[str]) -> sql.Composed:
    """Return the views and the tables with row-level security that they read."""
    return reaching(scope, sql.SQL("t.relrowsecurity"))


def check(catalog: Catalog, rows: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """Views over tables with row-level security run with the rights of who asks."""
    for schema, view, kind, invoker, tables, *_ in rows:
        # Materialized views have no such option: their rows were read when they were refreshed.
        if kind != "v" or invoker:
            continue
        name = quoted(schema, view)
        fix = f"alter view {name} set (security_invoker = true);"
        yield Finding(
            expected="security_invoker",
            actual=f"reads {', '.join(tables)} with the rights of its owner",
            subject=name,
            fix=fix if catalog.version >= 150000 else "",
            hint="" if catalog.version >= 150000 else "views have it since PostgreSQL 15",
        )
