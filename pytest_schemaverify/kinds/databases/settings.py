from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.databases.row import Database
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.setting import Parameters, Setting, compared
from pytest_schemaverify.sql.names import quoted

USE = Use(pairs=True)


def check(expected: Setting, actual: Database, parameters: Parameters) -> Iterator[Finding]:
    """Sessions in the database start with the declared setting."""
    alter = f"alter database {quoted(actual.name)}"
    yield from compared(expected, actual.settings, lambda do: f"{alter} {do};", parameters)
