from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import means
from pytest_schemaverify.kinds.operators.row import Operator


def check(expected: str, actual: Operator, schema: str) -> Iterator[Finding]:
    """The operator stands for the declared function."""
    if not means(expected, actual.function, schema):
        yield Finding(expected=f"function {expected}", actual=f"function {actual.function}")
