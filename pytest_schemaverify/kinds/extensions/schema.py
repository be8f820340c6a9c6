from collections.abc import Iterator

from psycopg import sql

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import as_name
from pytest_schemaverify.kinds.extensions.row import Extension
from pytest_schemaverify.sql.names import quoted


def query(actual: Extension) -> sql.Composed:
    """Return the statement that asks whether the extension can be moved."""
    return sql.SQL(
        "select e.extrelocatable from pg_catalog.pg_extension as e where e.extname = {}"
    ).format(actual.name)


def check(expected: str, actual: Extension, rows: list[tuple[bool]]) -> Iterator[Finding]:
    """The extension's objects are in the declared schema."""
    wanted = as_name(expected)
    if actual.schema != wanted:
        # The server refuses `set schema` for an extension that is not relocatable.
        movable = rows == [(True,)]
        fix = f"alter extension {quoted(actual.name)} set schema {quoted(wanted)};"
        yield Finding(
            expected=f"in schema {quoted(wanted)}",
            actual=f"in schema {quoted(actual.schema)}",
            hint="" if movable else "it cannot be moved: drop it and create it there",
            fix=fix if movable else "",
        )
