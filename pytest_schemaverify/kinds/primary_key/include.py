from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.tables.row import Table
from pytest_schemaverify.kinds.unique_constraints import include

from .constraint import of


def check(expected: list[str], actual: Table, catalog: Catalog) -> Iterator[Finding]:
    """The primary key's index stores the declared columns beside, and no others."""

    def say(key: Constraint) -> Iterator[Finding]:
        return include.check(expected, key, catalog)

    return of(actual, catalog, say)
