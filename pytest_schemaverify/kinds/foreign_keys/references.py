from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.constraints.validity import ROWS_STATED, unchecked
from pytest_schemaverify.sql.names import BadName, key_columns, quoted, signature
from pytest_schemaverify.sql.yaml_names import key_column, qualified

from .statements import silent, switched_on

if TYPE_CHECKING:
    from pytest_schemaverify.language.base import Entry

Target = tuple[str, str, list[tuple[str, bool]]]
"""Schema, table, and columns, each with whether it is a range (`period during`)."""


def check(expected: str, actual: Constraint, schema: str, entry: "Entry") -> Iterator[Finding]:
    """The foreign key refers to the declared table and columns, and every row was checked."""
    wanted = _target(expected, schema)
    schema_, table_, columns = actual.references or ("", "", ())
    found: Target = (schema_, table_, actual.with_range(columns))
    if found[:2] != wanted[:2] or (wanted[2] and found[2] != wanted[2]):
        dotted = not wanted[2] and wanted[:2] == (found[1], found[2][0][0] if found[2] else "")
        yield Finding(
            expected=_target_shown(wanted),
            actual=_target_shown(found),
            hint=f"a schema stands in front of a dot; write `{wanted[0]}({wanted[1]})`"
            if dotted
            else "",
        )
    # Where the file says something of that itself, the check of that key judges it.
    elif ROWS_STATED & entry.model_fields_set:
        return
    elif not actual.validated:
        table, name = quoted(actual.schema, actual.table), quoted(actual.name)
        # Enforcing a key checks the rows, too.
        done = (
            f"validate constraint {name}"
            if actual.enforced
            else f"alter constraint {name} enforced"
        )
        yield Finding(
            expected=_target_shown(wanted),
            actual=f"{_target_shown(found)} {unchecked(actual)}",
            fix=f"alter table {table} {done};",
        )
    elif not actual.in_force:
        yield Finding(
            expected=_target_shown(wanted),
            actual=f"{_target_shown(found)} not enforced{silent(actual)}",
            fix=switched_on(actual),
        )


def _target(text: str, schema: str) -> Target:
    try:
        table, columns = signature(text)
        return *qualified(table, schema), [key_column(one, foreign=True) for one in columns or ()]
    except BadName as error:
        raise CannotDetermine(
            f"reading the reference `{text}`", because=str(error), remedy="write table(column)"
        ) from None


def _target_shown(target: Target) -> str:
    *table, columns = target
    return quoted(*table) + (f"({key_columns(columns, foreign=True)})" if columns else "")
