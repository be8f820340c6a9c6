from collections.abc import Iterator

from pytest_schemaverify.behaviour.vectors import Looked, parameters
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.language.matchers import Number


def check(expected: Number, looked: Looked) -> Iterator[Finding]:
    """The HNSW index has as many connections for each element as declared."""
    yield from parameters.differing("m", expected, looked)
