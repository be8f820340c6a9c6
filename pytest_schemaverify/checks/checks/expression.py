from collections.abc import Iterator

from pytest_schemaverify.canonical import Same
from pytest_schemaverify.catalog import Constraint
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted


def check(expected: str, actual: Constraint, same: Same) -> Iterator[Finding]:
    """The check constraint has the declared expression, and every row was checked."""
    found = actual.expression or ""
    table, name = quoted(actual.schema, actual.table), quoted(actual.name)
    if not same(expected, found):
        yield Finding(
            expected=expected,
            actual=found,
            fix=f"alter table {table}\n  drop constraint {name},\n"
            f"  add constraint {name} check ({expected});",
        )
    elif not actual.validated:
        yield Finding(
            expected=expected,
            actual=f"{found} not valid: rows from before it were never checked",
            fix=f"alter table {table} validate constraint {name};",
        )
