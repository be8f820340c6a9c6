from collections.abc import Iterator

from pytest_schemaverify.behaviour.vectors import VectorColumn
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use

USE = Use(category="vector dimensions")


def check(expected: str, looked: VectorColumn) -> Iterator[Finding]:
    """The vector column has the declared type."""
    if looked.type is None:
        yield Finding(expected=expected, actual=f"no vector: {looked.column.type}")
    elif looked.type.name != expected:
        yield Finding(expected=expected, actual=looked.type.name)
