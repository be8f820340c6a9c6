from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Constraint, Index
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """Every foreign key has a whole, valid index that starts with its columns, in any order."""
    for constraint in catalog.families["constraints"].values():
        if constraint.schema not in scope or constraint.kind != "foreign key":
            continue
        indexes = catalog.of_table("indexes", constraint.schema, constraint.table)
        if not any(_serves(index, constraint) for index in indexes):
            table = quoted(constraint.schema, constraint.table)
            columns = ", ".join(map(quoted, constraint.columns))
            yield Finding(
                expected=f"an index on ({columns})",
                actual="none that starts with them",
                subject=f"{table}.{quoted(constraint.name)}",
                fix=f"create index on {table} ({columns});",
            )


def _serves(index: Index, constraint: Constraint) -> bool:
    # Only what PostgreSQL can look a referencing row up with: btree and hash, not gin or hnsw.
    size = len(constraint.columns)
    first = {key.expression for key in index.keys[:size]}
    usable = index.valid and index.where is None and index.method in ("btree", "hash")
    return usable and first == set(constraint.columns)
