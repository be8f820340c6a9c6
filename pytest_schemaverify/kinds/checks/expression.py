from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_schemaverify.canonical import Same
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.constraints.validity import ROWS_STATED, unchecked
from pytest_schemaverify.sql.names import quoted

if TYPE_CHECKING:
    from pytest_schemaverify.language.base import Entry


def check(expected: str, actual: Constraint, same: Same, entry: "Entry") -> Iterator[Finding]:
    """The check constraint has the declared expression, and every row was checked."""
    found = actual.expression or ""
    table, name = quoted(actual.schema, actual.table), quoted(actual.name)
    if not same(expected, found):
        yield Finding(
            expected=expected,
            actual=found,
            # One statement for both, so that no row can come in between them.
            fix=f"alter table {table}\n  drop constraint {name},\n"
            f"  add constraint {name} check ({expected});",
        )
    # Where the file says something of that itself, the check of that key judges it.
    elif not actual.validated and not ROWS_STATED & entry.model_fields_set:
        yield Finding(
            expected=expected,
            actual=f"{found} {unchecked(actual)}",
            fix=f"alter table {table} validate constraint {name};" if actual.enforced else "",
        )
