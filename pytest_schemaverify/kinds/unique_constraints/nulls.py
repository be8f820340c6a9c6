from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint


def check(expected: str, actual: Constraint, catalog: Catalog) -> Iterator[Finding]:
    """NULL counts as a value for the unique constraint, or does not."""
    # pg_constraint does not say it; the index behind the constraint does, since PostgreSQL 15.
    index = catalog.find("indexes", (actual.schema, actual.table, actual.name))
    found = "not distinct" if index is not None and index.nulls_not_distinct else "distinct"
    if found != expected:
        yield Finding(expected=f"nulls {expected}", actual=f"nulls {found}")
