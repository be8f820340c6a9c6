from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.granting import Declared, granting
from pytest_schemaverify.kinds.held import unnamed
from pytest_schemaverify.kinds.kind import Subject


def check(
    expected: frozenset[str], actual: Row, subject: Subject, catalog: Catalog, declared: Declared
) -> Iterator[Finding]:
    """Nothing on the object is granted to other roles than those named, the owner aside."""
    on = granting(subject, actual, catalog, declared)
    yield from unnamed(on, on.direct.keys() - expected - {on.owner}, "nothing is granted to it")
