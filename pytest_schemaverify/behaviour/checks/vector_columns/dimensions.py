from collections.abc import Iterator

from pytest_schemaverify.behaviour.vectors import VectorColumn
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.language.matchers import Number, meets

USE = Use(category="vector dimensions")


def check(expected: Number, looked: VectorColumn) -> Iterator[Finding]:
    """The vector column has the declared dimensions."""
    if looked.type is None:
        actual = f"no vector: {looked.column.type}"
        yield Finding(expected=f"{expected} dimensions", actual=actual)
    elif not meets(expected, looked.type.dimensions or None):
        found = looked.type.dimensions
        yield Finding(
            expected=f"{expected} dimensions",
            actual=f"{found} dimensions" if found else "a vector of any dimensions",
        )
