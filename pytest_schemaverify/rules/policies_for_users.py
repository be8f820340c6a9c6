from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.catalog.reach import BYPASSING
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.policies.row import Policy
from pytest_schemaverify.sql.names import quoted

USE = Use(category="RLS policies", exempting=True)


def query() -> sql.SQL:
    """Return the roles that row-level security does not hold for."""
    return BYPASSING


def check(
    catalog: Catalog, scope: frozenset[str], rows: list[tuple[Any, ...]]
) -> Iterator[Finding]:
    """Every table with policies has a permissive one for a role that does not bypass them."""
    bypassing = {role for (role,) in rows}
    for table in catalog.families["tables"].values():
        policies = catalog.of_table("policies", table.schema, table.name)
        if table.schema not in scope or not table.rls or not policies:
            continue
        roles = {role for policy in policies if policy.permissive for role in policy.roles}
        # Restrictive policies allow nothing by themselves, so their roles do not count.
        if roles <= bypassing and not any(map(_forbids, policies)):
            restrictive = "only restrictive ones, which allow nothing by themselves"
            yield Finding(
                expected="a permissive policy for a role that row-level security holds for",
                actual=f"only for {', '.join(sorted(roles))}" if roles else restrictive,
                subject=quoted(table.schema, table.name),
            )


def _forbids(policy: Policy) -> bool:
    """Return whether a restrictive policy lets no row through: the table is closed on purpose."""
    return not policy.permissive and policy.using in ("false", "(false)")
