from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.vectors import Looked


def check(expected: str, looked: Looked) -> Iterator[Finding]:
    """A valid index of the declared method finds neighbours by the column."""
    valid = [one.index for one in looked.serving if one.index.valid]
    if not any(index.method == expected for index in valid):
        found = ", ".join(f"{index.name} with {index.method}" for index in valid)
        yield Finding(expected=f"a valid {expected} index", actual=found or looked.without_index())
