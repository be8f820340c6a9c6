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
    """Tables that publications send have row-level security, and policies for who subscribes."""
    for schema, name, publications in rows:
        table, full = catalog.find("tables", (schema, name)), quoted(schema, name)
        realtime = to_clients(publications)
        if table is not None and not table.rls:
            yield Finding(
                expected="row-level security, which decides who is sent a change",
                actual=f"disabled; {by(publications)} to all who subscribe",
                subject=full,
                fix=f"alter table {full} enable row level security;",
            )
        elif realtime and not _readable(catalog, schema, name):
            yield Finding(
                expected="a policy that lets somebody read what is sent",
                actual=f"none for select; {by(realtime)}, and subscribers hear of deletes alone",
                subject=full,
                hint="write a policy for select, or take the table out of the publication",
            )


def _readable(catalog: Catalog, schema: str, name: str) -> bool:
    policies = catalog.of_table("policies", schema, name)
    return any(one.permissive and one.deciding("select") for one in policies)
