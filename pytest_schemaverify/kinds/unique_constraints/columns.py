from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.expected_names import as_key
from pytest_schemaverify.sql.names import key_columns


def check(expected: list[str], actual: Constraint) -> Iterator[Finding]:
    """The unique constraint is over the declared columns, in order."""
    wanted = as_key(expected)
    # The order is that of its index, which decides what searches it serves.
    if wanted != actual.key:
        yield Finding(
            expected=f"unique ({key_columns(wanted)})",
            actual=f"unique ({key_columns(actual.key)})",
            hint="the order differs" if sorted(wanted) == sorted(actual.key) else "",
        )
