from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.matchers import Number
from pytest_schemaverify.vectors import Looked, parameters


def check(expected: Number, looked: Looked) -> Iterator[Finding]:
    """The HNSW index was built with as many candidates as declared."""
    yield from parameters.differing("ef_construction", expected, looked)
