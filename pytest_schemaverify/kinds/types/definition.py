from collections.abc import Iterator

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.defined.definition import Said, compared
from pytest_schemaverify.kinds.kind import Use

USE = Use(pairs=True)


def check(expected: Said, actual: Row, schema: str, family: str) -> Iterator[Finding]:
    """What the CREATE of the base type says is as declared."""
    yield from compared(expected, actual, schema, family)
