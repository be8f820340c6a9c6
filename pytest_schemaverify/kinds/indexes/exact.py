from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Subject
from pytest_schemaverify.sql.names import quoted


def check(
    expected: frozenset[str], members: frozenset[str], subject: Subject, catalog: Catalog
) -> Iterator[Finding]:
    """The table has no other indexes than those named and those that constraints have made."""
    schema, table = subject.key
    # The server gives the index behind a constraint the constraint's name.
    made = {quoted(c.name) for c in catalog.of_table("constraints", schema, table)}
    for extra in sorted(members - expected - made):
        yield Finding(subject=extra, expected="no other index", actual="the index is there")
