from collections.abc import Iterator

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import kind_of
from pytest_schemaverify.sql.names import literal


def check(expected: str, actual: Row, family: str) -> Iterator[Finding]:
    """The object has the declared comment."""
    # `comment on … is ''` removes the comment as NULL does, so an empty text and none are the same.
    wanted = "" if expected == "absent" else expected
    text = literal(wanted) if wanted else "null"
    if actual.comment != wanted:
        yield Finding(
            expected=wanted or "no comment",
            actual=actual.comment or "no comment",
            fix=f"comment on {kind_of(family).named(actual)} is {text};",
        )
