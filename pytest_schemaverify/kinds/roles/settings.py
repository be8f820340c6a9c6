from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.roles.row import Role
from pytest_schemaverify.kinds.setting import Parameters, Setting, compared
from pytest_schemaverify.sql.names import quoted

USE = Use(pairs=True)


def check(expected: Setting, actual: Role, parameters: Parameters) -> Iterator[Finding]:
    """The role starts with the declared setting."""
    role = f"alter role {quoted(actual.name)}"
    yield from compared(expected, actual.settings, lambda do: f"{role} {do};", parameters)
