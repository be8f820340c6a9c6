from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.granting import granting
from pytest_schemaverify.kinds.held import unnamed
from pytest_schemaverify.kinds.kind import Subject, Use

USE = Use(presence="absent")


def check(actual: Row, subject: Subject, catalog: Catalog) -> Iterator[Finding]:
    """Nothing is granted on the parameter."""
    on = granting(subject, actual, catalog, {})
    yield from unnamed(on, on.direct.keys() - {on.owner}, "nothing is granted to it")
