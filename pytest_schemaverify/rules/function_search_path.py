from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use

from .unpinned import unpinned

USE = Use(category="function security", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """Every function pins its search_path."""
    # CREATE AGGREGATE has no SET clause.
    functions = (
        one
        for one in catalog.families["functions"].values()
        if one.schema in scope and one.kind != "aggregate"
    )
    yield from unpinned(functions, "the caller's search_path")
