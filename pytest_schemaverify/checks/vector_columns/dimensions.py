from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Column, dimensions
from pytest_schemaverify.findings import Finding


def check(expected: int, actual: Column, catalog: Catalog) -> Iterator[Finding]:
    """The vector column has the declared dimensions."""
    found = dimensions(actual, catalog)
    if found is None:
        yield Finding(expected=f"{expected} dimensions", actual=f"no vector: {actual.type}")
    elif found != expected:
        yield Finding(
            expected=f"{expected} dimensions",
            actual=f"{found} dimensions" if found else "a vector of any dimensions",
        )
