from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Column
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted


def check(expected: str, actual: Column, server: Canonical) -> Iterator[Finding]:
    """The column has the declared type."""
    if not server.same_type(expected, actual.type):
        table = quoted(actual.schema, actual.table)
        yield Finding(
            expected=expected,
            actual=actual.type,
            fix=f"alter table {table} alter column {quoted(actual.name)} type {expected};",
        )
