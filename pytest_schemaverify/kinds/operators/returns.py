from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.operators.row import Operator

USE = Use(type=True)


def check(expected: str, actual: Operator, server: Canonical) -> Iterator[Finding]:
    """The operator returns the declared type."""
    if not server.same_type(expected, actual.returns):
        yield Finding(expected=f"returns {expected}", actual=f"returns {actual.returns}")
