from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="indexes", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """Every index is valid: a `create index concurrently` that failed leaves one that is not."""
    for index in catalog.families["indexes"].values():
        if index.schema in scope and not index.valid:
            name = quoted(index.schema, index.name)
            yield Finding(
                expected="a valid index",
                actual="invalid: no query uses it, and every write maintains it",
                subject=quoted(index.schema, index.table, index.name),
                # A hint and no fix: the catalog does not say whether the index is wanted at all.
                hint=f"reindex index concurrently {name}; or drop it",
            )
