from collections.abc import Iterator

from pytest_schemaverify.canonical import Same
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint

from .index import index_of


def check(expected: str, actual: Constraint, same: Same, catalog: Catalog) -> Iterator[Finding]:
    """The exclusion constraint is for the declared rows."""
    found = index_of(actual, catalog).where
    if expected == "absent":
        if found is not None:
            yield Finding(expected="for all rows", actual=f"only where {found}")
    elif found is None:
        yield Finding(expected=f"only where {expected}", actual="for all rows")
    elif not same(expected, found):
        yield Finding(expected=f"only where {expected}", actual=f"only where {found}")
