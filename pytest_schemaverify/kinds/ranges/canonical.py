from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import means
from pytest_schemaverify.kinds.types.row import Range

NONE = "no canonical function"


def check(expected: str, actual: Range, schema: str) -> Iterator[Finding]:
    """The range type makes equal ranges one by the declared function."""
    found = actual.canonical
    if not means(expected, found, schema):
        yield Finding(
            expected=NONE if expected == "absent" else f"canonical function {expected}",
            actual=f"canonical function {found}" if found else NONE,
        )
