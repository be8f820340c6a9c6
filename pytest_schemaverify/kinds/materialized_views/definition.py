from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.views import definition
from pytest_schemaverify.kinds.views.row import View


def check(expected: str, actual: View, server: Canonical) -> Iterator[Finding]:
    """The materialized view keeps what the declared query returns."""
    return definition.check(expected, actual, server)
