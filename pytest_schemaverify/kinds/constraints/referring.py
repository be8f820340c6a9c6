"""Foreign keys that refer to a key, without which it cannot be dropped."""

from pytest_schemaverify.catalog import Catalog, Row


def referring(row: Row, catalog: Catalog) -> bool:
    """Return whether foreign keys refer to the columns of a key."""
    return any(
        one.references is not None
        and one.references[:2] == (row.schema, row.table)
        and set(one.references[2]) == set(row.columns)
        for one in catalog.families["constraints"].values()
    )
