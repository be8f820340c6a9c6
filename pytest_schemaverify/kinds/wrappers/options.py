from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.option import Pair, compared
from pytest_schemaverify.kinds.wrappers.row import Wrapper
from pytest_schemaverify.sql.names import quoted

USE = Use(pairs=True)


def check(expected: Pair, actual: Wrapper) -> Iterator[Finding]:
    """The foreign data wrapper has the declared option."""
    alter = f"alter foreign data wrapper {quoted(actual.name)}"
    yield from compared(expected, actual.options, alter)
