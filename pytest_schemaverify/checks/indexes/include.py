from collections.abc import Iterator

from pytest_schemaverify.catalog import Index
from pytest_schemaverify.findings import Finding


def check(expected: list[str], actual: Index) -> Iterator[Finding]:
    """The index stores the declared columns beside its keys."""
    if sorted(expected) != sorted(actual.include):
        yield Finding(
            expected=f"include ({', '.join(expected)})",
            actual=f"include ({', '.join(actual.include)})" if actual.include else "no include",
        )
