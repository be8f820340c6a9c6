from collections.abc import Iterator

from pytest_schemaverify.catalog import Extension
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted


def check(expected: str, actual: Extension) -> Iterator[Finding]:
    """The extension's objects are in the declared schema."""
    if actual.schema != expected:
        yield Finding(
            expected=f"in schema {expected}",
            actual=f"in schema {actual.schema}",
            fix=f"alter extension {quoted(actual.name)} set schema {quoted(expected)};",
        )
