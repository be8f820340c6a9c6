from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.operator_classes.row import OperatorClass

USE = Use(type=True)


def check(expected: str, actual: OperatorClass, server: Canonical) -> Iterator[Finding]:
    """The operator class is for columns of the declared type."""
    if not server.same_type(expected, actual.type):
        yield Finding(expected=f"for {expected}", actual=f"for {actual.type}")
