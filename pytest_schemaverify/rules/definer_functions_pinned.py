from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use

from .unpinned import unpinned

USE = Use(category="function security", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """Every function that runs with its owner's rights pins its search_path."""
    definers = (
        one
        for one in catalog.families["functions"].values()
        if one.schema in scope and one.security == "definer"
    )
    yield from unpinned(definers, "the caller's search_path, with the owner's rights")
