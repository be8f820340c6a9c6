from collections.abc import Iterator

from pytest_schemaverify.catalog import Column
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted


def check(expected: bool, actual: Column) -> Iterator[Finding]:
    """The column accepts NULL, or does not."""
    if actual.nullable != expected:
        table, verb = quoted(actual.schema, actual.table), "drop" if expected else "set"
        yield Finding(
            expected="null" if expected else "not null",
            actual="null" if actual.nullable else "not null",
            fix=f"alter table {table} alter column {quoted(actual.name)} {verb} not null;",
        )
