from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import means
from pytest_schemaverify.kinds.types.row import Range

NONE = "no operator class"


def check(expected: str, actual: Range, schema: str) -> Iterator[Finding]:
    """The range type orders its bounds by the declared operator class."""
    found = actual.operator_class
    if not means(expected, found, schema):
        yield Finding(
            expected=NONE if expected == "absent" else f"operator class {expected}",
            actual=f"operator class {found}" if found else NONE,
        )
