from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, dimensions
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted


def check(
    expected: int, catalog: Catalog, scope: frozenset[str], named: frozenset[tuple[str, ...]]
) -> Iterator[Finding]:
    """Every vector column in scope has the declared dimensions, save those with own entries."""
    seen = False
    for key, column in catalog.families["columns"].items():
        if column.schema not in scope or key[:2] not in catalog.families["tables"]:
            continue
        found = dimensions(column, catalog)
        seen = seen or found is not None
        if found is not None and found != expected and key not in named:
            name = quoted(*key)
            yield Finding(
                expected=f"{expected} dimensions",
                actual=f"{found} dimensions" if found else "a vector of any dimensions",
                subject=name,
            )
    if not seen:
        yield Finding(
            expected=f"vector columns of {expected} dimensions",
            actual=f"no vector column in {', '.join(sorted(scope))}",
        )
