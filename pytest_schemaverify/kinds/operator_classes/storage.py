from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.operator_classes.row import OperatorClass

USE = Use(type=True)


def check(expected: str, actual: OperatorClass, server: Canonical) -> Iterator[Finding]:
    """An index of the operator class keeps values of the declared type."""
    found = actual.storage
    same = not found if expected == "absent" else found and server.same_type(expected, found)
    if not same:
        yield Finding(
            expected="storage of the column's type"
            if expected == "absent"
            else f"storage {expected}",
            actual=f"storage {found}" if found else "storage of the column's type",
        )
