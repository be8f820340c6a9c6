from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.tables import primary_key
from pytest_schemaverify.kinds.tables.row import Table


def check(expected: list[str], actual: Table, catalog: Catalog) -> Iterator[Finding]:
    """The primary key has the declared columns, in order."""
    return primary_key.check(expected, actual, catalog)
