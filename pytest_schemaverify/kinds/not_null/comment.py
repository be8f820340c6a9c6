from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.any import comment
from pytest_schemaverify.kinds.columns.row import NotNull

from .name import named


def check(expected: str, actual: NotNull) -> Iterator[Finding]:
    """The NOT NULL constraint has the declared comment."""
    if expected != "absent":
        named(actual, "comment")
    yield from comment.check(expected, actual, "not_null")
