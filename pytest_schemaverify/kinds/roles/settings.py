from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.roles.row import Role
from pytest_schemaverify.kinds.setting import Parameters, Setting, compared
from pytest_schemaverify.sql.names import quoted

USE = Use(pairs=True)


def check(
    expected: Setting, actual: Role, parameters: Parameters, catalog: Catalog
) -> Iterator[Finding]:
    """The role starts with the declared setting."""
    here = {one.partition("=")[0].lower() for one in actual.database_settings}

    def altered(do: str) -> str:
        # What is set for the database goes before what is set for all, so that it has to change.
        name = do.split()[1].lower()
        role = in_database(actual, catalog) if name in here else f"alter role {quoted(actual.name)}"
        return f"{role} {do};"

    yield from compared(expected, actual.settings, altered, parameters)


def in_database(role: Row, catalog: Catalog) -> str:
    """Return the words before `set` of a role's setting for the database of the snapshot."""
    [database] = catalog.families["databases"].values()
    return f"alter role {quoted(role.name)} in database {quoted(database.name)}"
