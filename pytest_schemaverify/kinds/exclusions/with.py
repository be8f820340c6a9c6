from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.exclusions.index import stored


def check(expected: dict[str, object], actual: Constraint, catalog: Catalog) -> Iterator[Finding]:
    """The constraint's index has the declared storage parameters; others may be set too."""
    return stored(expected, actual, catalog)
