"""The index behind an exclusion constraint."""

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.indexes.row import Index


def index_of(constraint: Constraint, catalog: Catalog) -> Index:
    """Return the index behind an exclusion constraint."""
    found: Index | None = catalog.find(
        "indexes", (constraint.schema, constraint.table, constraint.name)
    )
    assert found is not None  # it has the name of its constraint
    return found
