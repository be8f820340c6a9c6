from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.tables.row import Table
from pytest_schemaverify.sql.names import BadName, key_column, key_columns, quoted

if TYPE_CHECKING:
    from pytest_schemaverify.language.base import Entry

_NAMED = {
    "unique": "unique_constraints",
    "foreign key": "foreign_keys",
    "check": "checks",
    "exclude": "exclusions",
}
"""Key of the file that has constraints of a kind by their names."""


def check(actual: Table, entry: "Entry", catalog: Catalog) -> Iterator[Finding]:
    """The table has no other constraints than those that its keys in the file name."""
    for one in catalog.of_table("constraints", actual.schema, actual.name):
        # A constraint trigger stands under `triggers` in the file.
        if one.kind != "trigger" and not _is_named(one, entry):
            yield Finding(
                subject=quoted(one.name),
                expected=f"no other {_NOUNS.get(one.kind, one.kind)}",
                actual=_constraint_shown(one),
            )


_NOUNS = {
    "unique": "unique constraint",
    "check": "check constraint",
    "exclude": "exclusion constraint",
}


def _is_named(one: Constraint, entry: "Entry") -> bool:
    if one.kind == "primary key":
        return bool(getattr(entry, "primary_key", None))
    things = getattr(entry, _NAMED[one.kind], None)
    names = [name for name, thing in things.items() if not thing.absent] if things else []
    if any(_has_name(one, name) for name in names):
        return True
    lists = getattr(entry, "unique", None) if one.kind == "unique" else None
    return any(_columns(columns) == sorted(one.key) for columns in lists or ())


def _has_name(one: Constraint, name: str) -> bool:
    if one.kind == "foreign key" and _columns(name.split(","), foreign=True) == sorted(one.key):
        return True
    return _columns([name]) == [(one.name, False)]


def _columns(names: Collection[str], *, foreign: bool = False) -> list[tuple[str, bool]]:
    try:
        return sorted(key_column(name, foreign=foreign) for name in names)
    except BadName:  # an expression of a unique index, which is no constraint
        return []


def _constraint_shown(one: Constraint) -> str:
    if one.kind == "check":
        return f"check {one.expression}"
    columns = key_columns(one.key, foreign=one.kind == "foreign key")
    return (one.expression or "").lower() if one.kind == "exclude" else f"{one.kind} ({columns})"
