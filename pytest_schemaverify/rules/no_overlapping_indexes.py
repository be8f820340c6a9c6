from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.indexes.row import Index
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="indexes", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """No btree index is the beginning of another: the longer one serves its queries too."""
    for index in catalog.families["indexes"].values():
        # A unique index is a rule about rows; INCLUDE adds columns that the other may lack.
        if index.schema not in scope or index.unique or index.include or not _comparable(index):
            continue
        for other in catalog.of_table("indexes", index.schema, index.table):
            size = len(index.keys)
            longer = len(other.keys) > size or (other.unique and len(other.keys) == size)
            if not _comparable(other) or not longer or other.where != index.where:
                continue
            # Keys with their order and operator class: (a desc) is no beginning of (a, b).
            if other.keys[:size] == index.keys:
                yield Finding(
                    expected="an index that no other one makes needless",
                    actual=f"{quoted(other.name)} starts with the same columns",
                    subject=quoted(index.schema, index.table, index.name),
                    fix=f"drop index {quoted(index.schema, index.name)};",
                )
                break


def _comparable(index: Index) -> bool:
    return index.method == "btree" and index.valid
