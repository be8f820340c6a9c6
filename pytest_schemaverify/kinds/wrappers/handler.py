from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import means
from pytest_schemaverify.kinds.wrappers.row import Wrapper


def check(expected: str, actual: Wrapper, schema: str) -> Iterator[Finding]:
    """The foreign data wrapper is made to work by the declared function."""
    found = actual.handler
    if not means(expected, found, schema):
        yield Finding(
            expected="no handler" if expected == "absent" else f"handler {expected}",
            actual=f"handler {found}" if found else "no handler",
        )
