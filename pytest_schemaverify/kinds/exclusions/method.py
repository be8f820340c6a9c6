from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.indexes import method

from .index import index_of


def check(expected: str, actual: Constraint, catalog: Catalog) -> Iterator[Finding]:
    """The exclusion constraint has an index of the declared kind."""
    return method.check(expected, index_of(actual, catalog))
