from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expressions import columns_of
from pytest_schemaverify.kinds.published_tables.row import PublishedTable


def check(
    expected: str, actual: PublishedTable, catalog: Catalog, server: Canonical
) -> Iterator[Finding]:
    """The rows of the table that fulfil the declared condition are published."""
    found = actual.where
    if expected == "absent":
        if found is not None:
            yield Finding(expected="all rows", actual=f"rows where {found}")
        return
    columns = columns_of(actual.schema, actual.name, catalog)
    if found is None or not server.same_expression(expected, found, actual.name, columns):
        yield Finding(
            expected=f"rows where {expected}", actual=f"rows where {found}" if found else "all rows"
        )
