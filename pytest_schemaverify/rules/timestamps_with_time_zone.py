from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="table structures", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """No column of a table is a timestamp without time zone."""
    for column in catalog.families["columns"].values():
        if column.schema not in scope or not column.type.startswith("timestamp"):
            continue
        # format_type() puts the precision between: `timestamp(3) without time zone`.
        if "without time zone" in column.type and _is_table(catalog, column):
            yield Finding(
                expected=column.type.replace("without", "with"),
                actual=column.type,
                subject=quoted(column.schema, column.table, column.name),
                hint="say in which zone the values are: alter column … type timestamptz "
                f"using {quoted(column.name)} at time zone 'UTC'",
            )


def _is_table(catalog: Catalog, column: Column) -> bool:
    return catalog.find("tables", (column.schema, column.table)) is not None
