from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.policies.row import Policy
from pytest_schemaverify.sql.names import quoted

USE = Use(category="RLS policies", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """Every table with policies has row-level security enabled: else they protect nothing."""
    for table in catalog.families["tables"].values():
        if table.schema not in scope or table.rls:
            continue
        policies = catalog.of_table("policies", table.schema, table.name)
        if policies:
            name = quoted(table.schema, table.name)
            yield Finding(
                expected="row-level security enabled",
                actual=f"disabled; policies without effect: {_named(policies)}",
                subject=name,
                fix=f"alter table {name} enable row level security;",
            )


def _named(policies: list[Policy]) -> str:
    return ", ".join(sorted(quoted(policy.name) for policy in policies))
