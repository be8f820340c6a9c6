from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="RLS policies", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """Every table has row-level security enabled."""
    tables = [
        (quoted(*key), table)
        for key, table in catalog.families["tables"].items()
        if table.schema in scope and table.kind != "foreign table"  # those cannot have any
    ]
    # A misspelt schema must not pass for one in which every table is protected.
    if not tables:
        yield Finding(expected=f"tables in {', '.join(sorted(scope))}", actual="none")
    for name, table in tables:
        if not table.rls:
            yield Finding(
                expected="row-level security enabled",
                actual="row-level security disabled",
                subject=name,
                fix=f"alter table {name} enable row level security;",
            )
