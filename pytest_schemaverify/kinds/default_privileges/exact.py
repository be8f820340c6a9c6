from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.made import of_people, told
from pytest_schemaverify.sql.names import quoted


def check(expected: frozenset[str], catalog: Catalog, platform: str) -> Iterator[Finding]:
    """No other roles have default privileges of their own."""
    found = list(of_people(catalog, platform))
    for role in sorted({quoted(key[0]) for key, _ in found} - expected):
        own = ((key, row) for key, row in found if quoted(key[0]) == role)
        yield from told(own, role, "no default privileges")
