from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import means
from pytest_schemaverify.kinds.functions.row import Aggregate

NONE = "no final function"


def check(expected: str, actual: Aggregate, schema: str) -> Iterator[Finding]:
    """The aggregate makes its result by the declared function."""
    found = actual.final_function
    if not means(expected, found, schema):
        yield Finding(
            expected=NONE if expected == "absent" else f"final function {expected}",
            actual=f"final function {found}" if found else NONE,
        )
