"""The index behind an exclusion constraint, or a key."""

from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.indexes.row import Index
from pytest_schemaverify.kinds.storage import differing
from pytest_schemaverify.sql.names import quoted


def index_of(constraint: Constraint, catalog: Catalog) -> Index:
    """Return the index behind an exclusion constraint."""
    found: Index | None = catalog.find(
        "indexes", (constraint.schema, constraint.table, constraint.name)
    )
    assert found is not None  # it has the name of its constraint
    return found


def stored(
    expected: dict[str, object], constraint: Constraint, catalog: Catalog
) -> Iterator[Finding]:
    """Yield a finding for each storage parameter of the index that is not as expected."""
    alter = f"alter index {quoted(constraint.schema, constraint.name)}"
    return differing(expected, index_of(constraint, catalog).options, alter=alter)
