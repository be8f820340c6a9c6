from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Constraint
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.exclusions import index_of
from pytest_schemaverify.kinds.indexes import method


def check(expected: str, actual: Constraint, catalog: Catalog) -> Iterator[Finding]:
    """The exclusion constraint has an index of the declared kind."""
    return method.check(expected, index_of(actual, catalog))
