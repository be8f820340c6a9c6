from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.tables.row import Table
from pytest_schemaverify.sql.names import quoted


def check(expected: bool, actual: Table) -> Iterator[Finding]:
    """Row-level security is enabled, or is not."""
    if actual.rls != expected:
        verb = "enable" if expected else "disable"
        yield Finding(
            expected=f"row-level security {verb}d",
            actual=f"row-level security {'enabled' if actual.rls else 'disabled'}",
            fix=f"alter table {quoted(actual.schema, actual.name)} {verb} row level security;",
        )
