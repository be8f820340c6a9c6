from collections.abc import Iterator

from pytest_schemaverify.behaviour.vectors import VectorColumn, index_parameters
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.language.matchers import Number


def check(expected: Number, looked: VectorColumn) -> Iterator[Finding]:
    """The IVFFlat index has as many lists as declared."""
    yield from index_parameters.differing("lists", expected, looked)
