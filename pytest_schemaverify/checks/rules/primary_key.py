from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """Every table has a primary key."""
    for key, table in catalog.families["tables"].items():
        if table.schema not in scope or table.kind == "foreign table":
            continue
        constraints = catalog.of_table("constraints", table.schema, table.name)
        if not any(constraint.kind == "primary key" for constraint in constraints):
            yield Finding(expected="a primary key", actual="none", subject=quoted(*key))
