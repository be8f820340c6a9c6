from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.functions.row import Function


def check(expected: str, actual: Function) -> Iterator[Finding]:
    """The function runs with the rights of its caller, or of its owner, as declared."""
    if actual.security != expected:
        yield Finding(
            expected=f"security {expected}",
            actual=f"security {actual.security}",
            fix=actual.altered(f"security {expected}"),
        )
