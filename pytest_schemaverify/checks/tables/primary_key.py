from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Table
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted
from pytest_schemaverify.objects import as_name


def check(expected: list[str], actual: Table, catalog: Catalog) -> Iterator[Finding]:
    """The primary key has the declared columns, in order."""
    constraints = catalog.of_table("constraints", actual.schema, actual.name)
    found = next((list(c.columns) for c in constraints if c.kind == "primary key"), [])
    wanted = [as_name(column) for column in expected]
    if found != wanted:
        table, columns = quoted(actual.schema, actual.name), ", ".join(map(quoted, wanted))
        yield Finding(
            expected=columns or "no primary key",
            actual=", ".join(map(quoted, found)) or "no primary key",
            fix="" if found else f"alter table {table} add primary key ({columns});",
        )
