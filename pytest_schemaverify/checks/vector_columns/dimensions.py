from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.vectors import Looked


def check(expected: int, looked: Looked) -> Iterator[Finding]:
    """The vector column has the declared dimensions."""
    if looked.type is None:
        actual = f"no vector: {looked.column.type}"
        yield Finding(expected=f"{expected} dimensions", actual=actual)
    elif looked.type.dimensions != expected:
        found = looked.type.dimensions
        yield Finding(
            expected=f"{expected} dimensions",
            actual=f"{found} dimensions" if found else "a vector of any dimensions",
        )
