from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.storage import differing
from pytest_schemaverify.kinds.tables.row import Table
from pytest_schemaverify.sql.names import quoted

# Types of values without a limit, for which the server makes a table of long values.
_LONG = frozenset({"text", "jsonb", "json", "bytea", "xml", "tsvector", "character varying"})


def check(expected: dict[str, object], actual: Table, catalog: Catalog) -> Iterator[Finding]:
    """The table has the declared storage parameters; others may be set too."""
    alter = f"alter table {quoted(actual.schema, actual.name)}"
    # Partitioned and foreign tables have no parameters.
    alter = alter if actual.kind == "table" else ""
    columns = catalog.of_table("columns", actual.schema, actual.name)
    toasted = any(one.type in _LONG and one.storage != "plain" for one in columns)
    return differing(expected, actual.options, alter=alter, toasted=toasted)
