from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Table
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted


def check(expected: list[str], actual: Table, catalog: Catalog) -> Iterator[Finding]:
    """The primary key has the declared columns, in order."""
    constraints = catalog.of_table("constraints", actual.schema, actual.name)
    found = next((list(c.columns) for c in constraints if c.kind == "primary key"), [])
    if found != expected:
        table = quoted(actual.schema, actual.name)
        columns = ", ".join(map(quoted, expected))
        yield Finding(
            expected=", ".join(expected) or "no primary key",
            actual=", ".join(found) or "no primary key",
            fix=f"alter table {table} add primary key ({columns});" if not found else "",
        )
