from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.sql.names import parts


def check(expected: frozenset[str], members: frozenset[str], catalog: Catalog) -> Iterator[Finding]:
    """No other tables are there than those named and their partitions."""
    for extra in sorted(members - expected):
        if not _is_partition(extra, expected, catalog):
            yield Finding(subject=extra, expected="no other table", actual="the table is there")


def _is_partition(name: str, tables: frozenset[str], catalog: Catalog) -> bool:
    # A partition may be partitioned itself, so all tables above are looked at.
    while row := catalog.find("tables", parts(name)):
        name = row.partition_of
        if not name:
            return False
        if name in tables:
            return True
    return False
