from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import as_key
from pytest_schemaverify.kinds.tables.row import Table
from pytest_schemaverify.sql.names import key_columns, quoted


def check(expected: list[str], actual: Table, catalog: Catalog) -> Iterator[Finding]:
    """The primary key has the declared columns, in order."""
    constraints = catalog.of_table("constraints", actual.schema, actual.name)
    keys = [one.key for one in constraints if one.kind == "primary key"]
    found = keys[0] if keys else []
    wanted = as_key(expected)
    if found != wanted:
        table, columns = quoted(actual.schema, actual.name), key_columns(wanted)
        yield Finding(
            expected=columns or "no primary key",
            actual=key_columns(found) or "no primary key",
            # Another key would have to be dropped first, with the foreign keys that refer to it.
            fix="" if found else f"alter table {table} add primary key ({columns});",
        )
