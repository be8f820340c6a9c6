from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.indexes import include


def check(expected: list[str], actual: Constraint, catalog: Catalog) -> Iterator[Finding]:
    """The constraint's index stores the declared columns beside, and no others."""
    index = catalog.find("indexes", (actual.schema, actual.table, actual.name))
    if index is not None:
        yield from include.check(expected, index)
