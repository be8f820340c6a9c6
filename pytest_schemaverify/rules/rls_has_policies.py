from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="RLS policies", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """Every table with row-level security has a policy: without one nobody sees a row."""
    for table in catalog.families["tables"].values():
        if table.schema not in scope or not table.rls:
            continue
        if not catalog.of_table("policies", table.schema, table.name):
            yield Finding(
                expected="a policy",
                actual="none: row-level security hides every row from everybody but its owner",
                subject=quoted(table.schema, table.name),
            )
