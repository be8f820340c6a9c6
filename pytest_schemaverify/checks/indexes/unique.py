from collections.abc import Iterator

from pytest_schemaverify.catalog import Index
from pytest_schemaverify.findings import Finding

_WORDS = {True: "unique", False: "not unique"}


def check(expected: bool, actual: Index) -> Iterator[Finding]:
    """The index is unique, or is not."""
    if actual.unique != expected:
        yield Finding(expected=_WORDS[expected], actual=_WORDS[actual.unique])
