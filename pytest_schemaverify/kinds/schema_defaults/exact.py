from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Subject
from pytest_schemaverify.kinds.made import of_people, told
from pytest_schemaverify.sql.names import quoted


def check(
    expected: frozenset[str], subject: Subject, catalog: Catalog, platform: str
) -> Iterator[Finding]:
    """The role has no default privileges in other schemas."""
    found = [one for one in of_people(catalog, platform) if one[0][0] == subject.key[0]]
    for schema in sorted({quoted(key[1]) for key, _ in found if key[1]} - expected):
        own = ((key, row) for key, row in found if quoted(key[1]) == schema)
        yield from told(own, schema, "no default privileges")
