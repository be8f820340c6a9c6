from collections.abc import Iterator

from pytest_schemaverify.catalog import Index
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted

_WORDS = {True: "valid", False: "invalid"}


def check(expected: bool, actual: Index) -> Iterator[Finding]:
    """The index is valid; building it concurrently did not fail half-way."""
    if actual.valid != expected:
        name = quoted(actual.schema, actual.name)
        yield Finding(
            expected=_WORDS[expected],
            actual=_WORDS[actual.valid],
            fix=f"reindex index {name};" if expected else "",
        )
