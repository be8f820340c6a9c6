from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.option import Pair, compared
from pytest_schemaverify.sql.names import quoted

USE = Use(pairs=True)
FIELD = "foreign_options"


def check(expected: Pair, actual: Column) -> Iterator[Finding]:
    """The column of a foreign table has the declared option."""
    table = quoted(actual.schema, actual.table)
    alter = f"alter foreign table {table} alter column {quoted(actual.name)}"
    yield from compared(expected, actual.foreign_options, alter)
