from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.views import columns
from pytest_schemaverify.kinds.views.row import View


def check(expected: list[str], actual: View, catalog: Catalog) -> Iterator[Finding]:
    """The materialized view has the declared columns, in order, and no others."""
    return columns.check(expected, actual, catalog)
