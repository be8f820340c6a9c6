from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="table structures", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """Every table has a primary key."""
    tables = [
        key
        for key, table in catalog.families["tables"].items()
        if table.schema in scope and table.kind != "foreign table"  # those cannot have one
    ]
    # A misspelt schema must not pass for one in which every table has a key.
    if not tables:
        yield Finding(expected=f"tables in {', '.join(sorted(scope))}", actual="none")
    for key in tables:
        constraints = catalog.of_table("constraints", *key)
        if not any(constraint.kind == "primary key" for constraint in constraints):
            yield Finding(expected="a primary key", actual="none", subject=quoted(*key))
