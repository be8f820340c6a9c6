from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.storage import differing
from pytest_schemaverify.kinds.tables.row import Table
from pytest_schemaverify.sql.names import quoted


def check(expected: dict[str, object], actual: Table) -> Iterator[Finding]:
    """The table has the declared storage parameters; others may be set too."""
    alter = f"alter table {quoted(actual.schema, actual.name)}"
    # Partitioned and foreign tables have no parameters.
    alter = alter if actual.kind == "table" else ""
    return differing(expected, actual.options, alter=alter)
