from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """Every table has row-level security enabled."""
    for key, table in catalog.families["tables"].items():
        if table.schema in scope and table.kind != "foreign table" and not table.rls:
            name = quoted(*key)
            yield Finding(
                expected="row-level security enabled",
                actual="row-level security disabled",
                subject=name,
                fix=f"alter table {name} enable row level security;",
            )
