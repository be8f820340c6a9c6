from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="table structures", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """No table is unlogged: a crash empties such a table, and no standby has its rows."""
    for table in catalog.families["tables"].values():
        if table.schema in scope and table.persistence == "unlogged":
            name = quoted(table.schema, table.name)
            yield Finding(
                expected="a logged table",
                actual="unlogged",
                subject=name,
                fix=f"alter table {name} set logged;",
            )
