"""The constraint that is the primary key of a table."""

from collections.abc import Callable, Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.tables.row import Table


def of(
    table: Table, catalog: Catalog, say: Callable[[Constraint], Iterator[Finding]]
) -> Iterator[Finding]:
    """Yield the findings of `say` about a table's primary key, or that there is none."""
    constraints = catalog.of_table("constraints", table.schema, table.name)
    # A table has one primary key at most.
    key = next((one for one in constraints if one.kind == "primary key"), None)
    if key is None:
        yield Finding(expected="a primary key", actual="no primary key")
    else:
        yield from say(key)
