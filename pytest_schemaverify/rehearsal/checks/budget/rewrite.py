from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.rehearsal.cost import Cost, table_name

USE = Use(built=True)


def check(expected: list[str], cost: Cost, schema: str) -> Iterator[Finding]:
    """No migration rewrites or empties a table, but for those that the budget names."""
    allowed = {table_name(name, schema) for name in expected}
    for table, place in cost.rewrites.items():
        if table not in allowed:
            yield Finding(
                place=place,
                subject=table,
                expected="the table's file stays",
                actual="it was written anew, while nobody could read the table",
            )
