from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.indexes.row import Index


def check(expected: str, actual: Index) -> Iterator[Finding]:
    """The index has the declared access method."""
    if actual.method != expected.lower():
        yield Finding(expected=f"using {expected}", actual=f"using {actual.method}")
