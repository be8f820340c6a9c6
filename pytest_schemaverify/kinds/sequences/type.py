from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.sequences.row import Sequence
from pytest_schemaverify.sql.names import quoted

USE = Use(type=True)


def check(expected: str, actual: Sequence, server: Canonical) -> Iterator[Finding]:
    """The sequence makes values of the declared type."""
    if not server.same_type(expected, actual.type):
        yield Finding(
            expected=expected,
            actual=actual.type,
            fix=f"alter sequence {quoted(actual.schema, actual.name)} as {server.type(expected)};",
        )
