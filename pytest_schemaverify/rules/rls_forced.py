from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="RLS policies", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """Every table with row-level security forces it on its owner too."""
    for table in catalog.families["tables"].values():
        # Tables without row-level security are for the rule row_level_security.
        if table.schema in scope and table.rls and not table.forced:
            name = quoted(table.schema, table.name)
            yield Finding(
                expected="forced row-level security",
                actual=f"its owner, {table.owner}, is not subject to it",
                subject=name,
                fix=f"alter table {name} force row level security;",
            )
