from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.foreign_tables.row import ForeignTable
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.option import Pair, compared
from pytest_schemaverify.sql.names import quoted

USE = Use(pairs=True)


def check(expected: Pair, actual: ForeignTable) -> Iterator[Finding]:
    """The foreign table has the declared option."""
    name = quoted(actual.schema, actual.name)
    yield from compared(expected, actual.options, f"alter foreign table {name}")
