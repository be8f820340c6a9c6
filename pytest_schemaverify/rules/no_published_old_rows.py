from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

from .published import by, published, to_clients

USE = Use(category="RLS policies", exempting=True)


def query(scope: frozenset[str]) -> sql.Composed:
    """Return the tables that publications send changes of."""
    return published(scope)


def check(catalog: Catalog, rows: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """No table with policies sends old rows, which no policy is asked about, to subscribers."""
    for schema, name, publications in rows:
        table, realtime = catalog.find("tables", (schema, name)), to_clients(publications)
        if table is None or not table.rls or table.replica_identity != "full" or not realtime:
            continue
        full = quoted(schema, name)
        keys = (one.kind for one in catalog.of_table("constraints", schema, name))
        # Without a key no other identity lets rows be changed as long as they are published.
        default = f"alter table {full} replica identity default;" if "primary key" in keys else ""
        yield Finding(
            expected="old rows told by their keys alone",
            actual=f"replica identity full; {by(realtime)}",
            subject=full,
            fix=default,
        )
