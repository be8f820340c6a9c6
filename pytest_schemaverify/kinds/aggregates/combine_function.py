from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import means
from pytest_schemaverify.kinds.functions.row import Aggregate

NONE = "no combine function"


def check(expected: str, actual: Aggregate, schema: str) -> Iterator[Finding]:
    """The aggregate joins parts by the declared function."""
    found = actual.combine_function
    if not means(expected, found, schema):
        yield Finding(
            expected=NONE if expected == "absent" else f"combine function {expected}",
            actual=f"combine function {found}" if found else NONE,
        )
