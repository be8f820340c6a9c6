from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.foreign_servers.row import ForeignServer
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.option import Pair, compared
from pytest_schemaverify.sql.names import quoted

USE = Use(pairs=True)


def check(expected: Pair, actual: ForeignServer) -> Iterator[Finding]:
    """The foreign server has the declared option."""
    yield from compared(expected, actual.options, f"alter server {quoted(actual.name)}")
