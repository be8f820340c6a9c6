from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="table structures", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """Every constraint holds for the rows that were there before it: none is NOT VALID."""
    for constraint in catalog.families["constraints"].values():
        if constraint.schema in scope and not constraint.validated:
            table, name = quoted(constraint.schema, constraint.table), quoted(constraint.name)
            yield Finding(
                expected="a validated constraint",
                actual="not valid: rows from before may violate it",
                subject=quoted(constraint.schema, constraint.table, constraint.name),
                # It takes SHARE UPDATE EXCLUSIVE, which stops neither reads nor writes.
                fix=f"alter table {table} validate constraint {name};",
            )
