from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import means
from pytest_schemaverify.kinds.functions.row import Aggregate

NONE = "no state function"


def check(expected: str, actual: Aggregate, schema: str) -> Iterator[Finding]:
    """The aggregate takes values in by the declared function."""
    found = actual.state_function
    if not means(expected, found, schema):
        yield Finding(
            expected=NONE if expected == "absent" else f"state function {expected}",
            actual=f"state function {found}" if found else NONE,
        )
