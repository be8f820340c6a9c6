from collections.abc import Iterator

from pytest_schemaverify.catalog import ForeignTable
from pytest_schemaverify.checks.option import Pair, compared
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted


def check(expected: Pair, actual: ForeignTable) -> Iterator[Finding]:
    """The foreign table has the declared option."""
    name = quoted(actual.schema, actual.name)
    yield from compared(expected, actual.options, f"alter foreign table {name}")
