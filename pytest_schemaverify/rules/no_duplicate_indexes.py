from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.indexes.row import Index
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="indexes", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """No two indexes of a table are the same."""
    first: dict[object, Index] = {}
    behind = {
        (row.schema, row.table, row.name)
        for row in catalog.families["constraints"].values()
        if row.kind in ("primary key", "unique", "exclude")
    }
    # Indexes behind constraints come first: the other one can be dropped.
    rows = catalog.families["indexes"].items()
    for key, index in sorted(rows, key=lambda row: (row[0] not in behind, row[0])):
        # An invalid one serves no query, so the other is needed.
        if index.schema not in scope or not index.valid:
            continue
        same = first.setdefault(_definition(index), index)
        if same is not index:
            yield Finding(
                expected="one index",
                actual=f"the same as {quoted(same.name)}",
                subject=quoted(index.schema, index.table, index.name),
                # PostgreSQL refuses to drop the index of a constraint.
                fix="" if key in behind else f"drop index {quoted(index.schema, index.name)};",
            )


def _definition(index: Index) -> object:
    return (
        index.schema, index.table, index.method, index.keys, index.include, index.where,
        index.unique, index.nulls_not_distinct, index.options,
    )  # fmt: skip
