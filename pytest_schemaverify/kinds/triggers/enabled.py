from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.firing import compared
from pytest_schemaverify.kinds.triggers.row import Trigger
from pytest_schemaverify.sql.names import quoted


def check(expected: bool | str, actual: Trigger) -> Iterator[Finding]:
    """The trigger fires in an ordinary session, or does not."""
    table, name = quoted(actual.schema, actual.table), quoted(actual.name)
    fix = f"alter table {table} {{}} trigger {name};"
    yield from compared(expected, actual.enabled, fix)
