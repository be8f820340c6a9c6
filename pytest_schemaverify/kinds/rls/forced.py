from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.tables.row import Table
from pytest_schemaverify.sql.names import quoted


def check(expected: bool, actual: Table) -> Iterator[Finding]:
    """Row-level security applies to the owner of the table too, or does not."""
    if actual.forced != expected:
        verb = "force" if expected else "no force"
        yield Finding(
            expected="forced for the owner" if expected else "not forced for the owner",
            actual="forced for the owner" if actual.forced else "not forced for the owner",
            fix=f"alter table {quoted(actual.schema, actual.name)} {verb} row level security;",
        )
