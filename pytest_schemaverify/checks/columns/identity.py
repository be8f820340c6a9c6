from collections.abc import Iterator

from pytest_schemaverify.catalog import Column
from pytest_schemaverify.findings import Finding


def check(expected: str, actual: Column) -> Iterator[Finding]:
    """The column takes its values from an identity, in the declared way."""
    found = actual.identity or "absent"
    if found != expected:
        text = {"absent": "no identity"}
        yield Finding(
            expected=text.get(expected, f"generated {expected} as identity"),
            actual=text.get(found, f"generated {found} as identity"),
        )
