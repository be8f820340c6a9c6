from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.sql.names import parts


def check(expected: frozenset[str], members: frozenset[str], catalog: Catalog) -> Iterator[Finding]:
    """No other sequences are there than those named and those that belong to columns."""
    for extra in sorted(members - expected):
        row = catalog.find("sequences", parts(extra))
        if row is None or not row.owned_by:
            yield Finding(
                subject=extra, expected="no other sequence", actual="the sequence is there"
            )
