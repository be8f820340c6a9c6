from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.operator_classes.row import OperatorClass

from .members import compared


def check(
    expected: list[str], actual: OperatorClass, server: Canonical, schema: str
) -> Iterator[Finding]:
    """The operator class has the declared operators, and no others."""
    # ALTER OPERATOR FAMILY adds to the family only, so there is no fix.
    yield from compared(expected, actual.operators, [actual.type, actual.type], server, schema)
