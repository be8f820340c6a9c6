from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import means
from pytest_schemaverify.kinds.types.row import Range

NONE = "no multirange type"


def check(expected: str, actual: Range, schema: str) -> Iterator[Finding]:
    """The range type has the declared multirange type."""
    found = actual.multirange
    if not means(expected, found, schema):
        yield Finding(
            expected=NONE if expected == "absent" else f"multirange type {expected}",
            actual=f"multirange type {found}" if found else NONE,
        )
