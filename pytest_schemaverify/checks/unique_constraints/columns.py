from collections.abc import Iterator

from pytest_schemaverify.catalog import Constraint
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted
from pytest_schemaverify.objects import as_name


def check(expected: list[str], actual: Constraint) -> Iterator[Finding]:
    """The unique constraint is over the declared columns."""
    wanted = [as_name(column) for column in expected]
    if sorted(wanted) != sorted(actual.columns):
        yield Finding(
            expected=f"unique ({', '.join(map(quoted, wanted))})",
            actual=f"unique ({', '.join(map(quoted, actual.columns))})",
        )
