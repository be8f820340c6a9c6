from collections.abc import Iterator

from pytest_schemaverify.behaviour.vectors import VectorColumn, index_parameters
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.language.matchers import Number


def check(expected: Number, looked: VectorColumn) -> Iterator[Finding]:
    """The HNSW index was built with as many candidates as declared."""
    yield from index_parameters.differing("ef_construction", expected, looked)
