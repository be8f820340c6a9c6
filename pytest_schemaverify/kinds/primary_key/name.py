from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.expected_names import as_name
from pytest_schemaverify.kinds.tables.row import Table
from pytest_schemaverify.sql.names import quoted

from .constraint import of

FIELD = ""
"""The row is the table's, and its name another one."""


def check(expected: str, actual: Table, catalog: Catalog) -> Iterator[Finding]:
    """The primary key has the declared name."""
    wanted = quoted(as_name(expected))

    def say(key: Constraint) -> Iterator[Finding]:
        found, table = quoted(key.name), quoted(key.schema, key.table)
        if found != wanted:
            fix = f"alter table {table} rename constraint {found} to {wanted};"
            yield Finding(expected=f"name {wanted}", actual=f"name {found}", fix=fix)

    return of(actual, catalog, say)
