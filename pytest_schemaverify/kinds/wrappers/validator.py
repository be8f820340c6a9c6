from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import means
from pytest_schemaverify.kinds.wrappers.row import Wrapper


def check(expected: str, actual: Wrapper, schema: str) -> Iterator[Finding]:
    """The foreign data wrapper has its options looked at by the declared function."""
    found = actual.validator
    if not means(expected, found, schema):
        yield Finding(
            expected="no validator" if expected == "absent" else f"validator {expected}",
            actual=f"validator {found}" if found else "no validator",
        )
