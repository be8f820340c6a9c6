from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.casts.row import Cast
from pytest_schemaverify.kinds.expected_names import means


def check(expected: str, actual: Cast, schema: str) -> Iterator[Finding]:
    """The cast is made by the declared function."""
    found = actual.function
    if not means(expected, found, schema):
        yield Finding(
            expected="no function" if expected == "absent" else f"function {expected}",
            actual=f"function {found}" if found else "no function",
        )
