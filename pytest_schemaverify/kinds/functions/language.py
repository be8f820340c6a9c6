from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.functions.row import Function


def check(expected: str, actual: Function) -> Iterator[Finding]:
    """The function is written in the declared language."""
    if actual.language != expected.lower():
        yield Finding(expected=f"language {expected}", actual=f"language {actual.language}")
