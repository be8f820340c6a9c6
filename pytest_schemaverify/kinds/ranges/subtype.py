from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.types.row import Range

USE = Use(type=True)


def check(expected: str, actual: Range, server: Canonical) -> Iterator[Finding]:
    """The bounds of the range type have the declared type."""
    if not server.same_type(expected, actual.subtype):
        yield Finding(expected=f"range of {expected}", actual=f"range of {actual.subtype}")
