from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Constraint
from pytest_schemaverify.checks.exclusions import index_of
from pytest_schemaverify.checks.indexes import method
from pytest_schemaverify.findings import Finding


def check(expected: str, actual: Constraint, catalog: Catalog) -> Iterator[Finding]:
    """The exclusion constraint has an index of the declared kind."""
    return method.check(expected, index_of(actual, catalog))
