from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.operators.row import Operator

from .others import compared


def check(expected: str, actual: Operator, schema: str, catalog: Catalog) -> Iterator[Finding]:
    """The operator has the declared negator, or none."""
    yield from compared("negator", expected, actual, schema, catalog)
