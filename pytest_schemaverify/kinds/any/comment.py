from collections.abc import Iterator

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.objects import in_sql
from pytest_schemaverify.sql.names import literal


def check(expected: str, actual: Row, family: str) -> Iterator[Finding]:
    """The object has the declared comment."""
    wanted = "" if expected == "absent" else expected
    if actual.comment != wanted:
        yield Finding(
            expected=wanted or "no comment",
            actual=actual.comment or "no comment",
            fix=f"comment on {in_sql(family, actual)} is {literal(wanted) if wanted else 'null'};",
        )
