from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import View
from pytest_schemaverify.findings import Finding


def check(expected: str, actual: View, server: Canonical) -> Iterator[Finding]:
    """The view shows what the declared query returns."""
    if not server.same_query(expected, actual.definition):
        yield Finding(expected=expected.strip(), actual=actual.definition.strip())
