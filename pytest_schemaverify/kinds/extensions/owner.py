from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import as_name
from pytest_schemaverify.kinds.extensions.row import Extension
from pytest_schemaverify.sql.names import quoted


def check(expected: str, actual: Extension) -> Iterator[Finding]:
    """The extension belongs to the declared role."""
    wanted = as_name(expected)
    if actual.owner != wanted:
        yield Finding(
            expected=f"owner {quoted(wanted)}",
            actual=f"owner {quoted(actual.owner)}",
            hint=f"no statement changes it: drop it and create it as {quoted(wanted)}",
        )
