from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.roles.row import Role
from pytest_schemaverify.kinds.roles.settings import in_database
from pytest_schemaverify.kinds.setting import Parameters, Setting, compared

USE = Use(pairs=True)


def check(
    expected: Setting, actual: Role, parameters: Parameters, catalog: Catalog
) -> Iterator[Finding]:
    """The role starts with the declared setting in this database alone."""
    alter = in_database(actual, catalog)
    yield from compared(expected, actual.database_settings, lambda do: f"{alter} {do};", parameters)
