from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.databases.row import Database
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.setting import Parameters, Setting, compared

USE = Use(pairs=True)


def check(expected: Setting, actual: Database, parameters: Parameters) -> Iterator[Finding]:
    """Every role starts with the declared setting, in any database."""
    found = actual.settings_of_every_role
    yield from compared(expected, found, lambda do: f"alter role all {do};", parameters)
