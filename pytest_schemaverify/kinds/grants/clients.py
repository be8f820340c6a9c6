from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.granting import Declared, granting
from pytest_schemaverify.kinds.held import unnamed
from pytest_schemaverify.kinds.kind import Subject


def check(
    unnamed_clients: frozenset[str],
    actual: Row,
    subject: Subject,
    catalog: Catalog,
    declared: Declared,
) -> Iterator[Finding]:
    """Nothing on the object is granted to a role of clients that is not named."""
    on = granting(subject, actual, catalog, declared)
    groups = {group for client in unnamed_clients for group in (on.groups or {}).get(client, ())}
    expected = "nothing is granted to it, as no privileges are named"
    yield from unnamed(on, unnamed_clients | groups, expected)
