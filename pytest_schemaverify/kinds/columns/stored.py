from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.columns.row import Column

_WORDS = {True: "stored", False: "virtual"}


def check(expected: bool, actual: Column) -> Iterator[Finding]:
    """The values of the generated column are stored, or computed when they are read."""
    if actual.generated is None:
        yield Finding(expected=_WORDS[expected], actual="not a generated column")
    # There is no fix: such a column has to be dropped and added again.
    elif actual.stored != expected:
        yield Finding(expected=_WORDS[expected], actual=_WORDS[actual.stored])
