from collections.abc import Iterator

from pytest_schemaverify.canonical import Same
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.language import Entry
from pytest_schemaverify.sql.names import quoted


def check(expected: str, actual: Constraint, same: Same, entry: Entry) -> Iterator[Finding]:
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
    elif not actual.validated and not _SAID & entry.model_fields_set:
        yield Finding(
            expected=expected,
            actual=f"{found} {_why(actual)}",
            fix=f"alter table {table} validate constraint {name};" if actual.enforced else "",
        )


_SAID = frozenset({"validated", "enforced"})
"""Keys that tell for themselves whether every row is looked at."""


def _why(constraint: Constraint) -> str:
    if not constraint.enforced:
        return "not enforced: rows are never checked"
    return "not valid: rows from before it were never checked"
