from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.exclusions.index import stored
from pytest_schemaverify.kinds.tables.row import Table

from .constraint import of

FIELD = ""
"""The row is the table's, and its storage parameters others."""


def check(expected: dict[str, object], actual: Table, catalog: Catalog) -> Iterator[Finding]:
    """The primary key's index has the declared storage parameters; others may be set too."""

    def say(key: Constraint) -> Iterator[Finding]:
        return stored(expected, key, catalog)

    return of(actual, catalog, say)
