from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.catalog.reach import BYPASSING
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.tables.row import Table
from pytest_schemaverify.sql.names import parts, quoted

USE = Use(category="RLS policies", exempting=True)


def query() -> sql.SQL:
    """Return the roles that row-level security does not hold for."""
    return BYPASSING


def check(
    catalog: Catalog, scope: frozenset[str], rows: list[tuple[Any, ...]]
) -> Iterator[Finding]:
    """Every table with row-level security has a policy: without one nobody sees a row."""
    bypassing = {role for (role,) in rows}
    for table in catalog.families["tables"].values():
        if table.schema not in scope or not table.rls or _is_closed(table, catalog, bypassing):
            continue
        if not catalog.of_table("policies", table.schema, table.name):
            yield Finding(
                expected="a policy",
                actual="none: row-level security hides every row from everybody but its owner",
                subject=quoted(table.schema, table.name),
            )


def _is_closed(table: Table, catalog: Catalog, bypassing: set[str]) -> bool:
    """Return whether a table is closed on purpose, to everybody who would need a policy.

    Rows of a partition are reached through its table, by the policies of that; and where somebody
    has taken the privileges away, nobody is left whom policies would let in.
    """
    if table.partition_of:
        around = catalog.find("tables", parts(table.partition_of))
        return around is not None and around.rls
    held = {item.partition("=")[0].strip('"') for item in table.acl}
    return bool(held) and held <= {table.owner, *bypassing}
