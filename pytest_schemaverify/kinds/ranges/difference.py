from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import means
from pytest_schemaverify.kinds.types.row import Range

NONE = "no subtype_diff function"


def check(expected: str, actual: Range, schema: str) -> Iterator[Finding]:
    """The range type has the declared function for the distance of two bounds."""
    found = actual.difference
    if not means(expected, found, schema):
        yield Finding(
            expected=NONE if expected == "absent" else f"subtype_diff function {expected}",
            actual=f"subtype_diff function {found}" if found else NONE,
        )
