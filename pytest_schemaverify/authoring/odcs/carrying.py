"""Expectations about tables and columns as parts of a contract, and those about rows as rules."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from pytest_schemaverify.authoring.importing.facts import Untaken
from pytest_schemaverify.authoring.odcs import quality
from pytest_schemaverify.authoring.odcs.column_types import logical
from pytest_schemaverify.authoring.odcs.sheet import Key, Sheet
from pytest_schemaverify.language.matchers import Matcher
from pytest_schemaverify.sql import names, secrets
from pytest_schemaverify.sql.yaml_names import key_column, qualified
from pytest_schemaverify.verification.planning import Planned

Carry = Callable[[Sheet, Planned], None]
"""Adds an expectation to the contract. Raises Untaken where that has no place for it."""

_KINDS = {"tables": "table", "views": "view", "materialized_views": "materialized view"}
"""Physical types of objects by the families of what they are."""
_REFERABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""Names that the standard's references take."""


def carry(sheet: Sheet, one: Planned) -> None:
    """Add an expectation to a contract. Raises Untaken where that has no place for it."""
    if one.check not in CARRIED:
        raise Untaken("")
    if one.stage:
        raise Untaken("it is about the time between two migrations")
    if one.subject is not None and one.subject.wild:
        raise Untaken("it is about whatever has such a name")
    if one.under.when or one.under.skip or one.under.xfail:
        raise Untaken("it does not hold everywhere: `when`, `skip` or `xfail` says so")
    if isinstance(one.expected, Matcher):
        raise Untaken("it leaves open which of several values there is")
    said = [one.expected, getattr(one.entry, "sql", ""), getattr(one.entry, "where", "")]
    if secrets.found(" ".join(map(str, said))):
        raise Untaken("it looks as if a secret is part of it")
    CARRIED[one.check](sheet, one)


def _exists(sheet: Sheet, one: Planned) -> None:
    sheet.object(_key(one))["physicalType"] = _KINDS[_family(one)]


def _comment(sheet: Sheet, one: Planned) -> None:
    if one.expected == "absent":
        raise Untaken("it says that there is none")
    key = _key(one)
    element = sheet.property(key[:2], key[2]) if len(key) > 2 else sheet.object(key)
    element["description"] = one.expected


def _column(sheet: Sheet, one: Planned) -> None:
    key = _key(one)
    sheet.property(key[:2], key[2])


def _columns_of_view(sheet: Sheet, one: Planned) -> None:
    for column in one.expected:
        sheet.property(_key(one), key_column(column)[0])


def _type(sheet: Sheet, one: Planned) -> None:
    key = _key(one)
    element = sheet.property(key[:2], key[2])
    element["physicalType"] = one.expected
    if found := logical(one.expected):
        element["logicalType"] = found


def _nullable(sheet: Sheet, one: Planned) -> None:
    key = _key(one)
    sheet.property(key[:2], key[2])["required"] = not one.expected


def _primary_key(sheet: Sheet, one: Planned) -> None:
    columns = _plain_columns(one.expected)
    if not columns:
        raise Untaken("it says that there is none")
    for position, column in enumerate(columns, 1):
        element = sheet.property(_key(one), column)
        element |= {"primaryKey": True, "primaryKeyPosition": position}


def _unique(sheet: Sheet, one: Planned) -> None:
    columns = _plain_columns(one.expected)
    if len(columns) == 1:
        sheet.property(_key(one), columns[0])["unique"] = True
    else:
        quality.once(sheet, one, _key(one), columns)


def _foreign_key(sheet: Sheet, one: Planned) -> None:
    key = _key(one)
    assert one.subject is not None
    own = _plain_columns(names.split(one.subject.written), foreign=True)
    if not {*own} <= sheet.columns.get(key[:2], {}).keys():
        raise Untaken("its columns are not said, or not described")
    table, listed = names.signature(one.expected)
    target = qualified(table, sheet.schema)
    if target not in sheet.objects:
        raise Untaken(f"the file does not describe {'.'.join(target)}, to which it leads")
    to = _plain_columns(listed or sheet.primary_key(target), foreign=True)
    if len(to) != len(own):
        raise Untaken("it does not say to which columns it leads")
    for column in to:
        sheet.property(target, column)
    here, there = _referred(sheet, key[:2], own), _referred(sheet, target, to)
    if len(own) == 1:
        element = sheet.property(key[:2], own[0])
        said: dict[str, Any] = {"to": there[0]}
    else:
        element = sheet.object(key[:2])
        said = {"from": here, "to": there}
    element.setdefault("relationships", []).append({"type": "foreignKey"} | said)
    sheet.related.add(key)


def _foreign_key_exists(sheet: Sheet, one: Planned) -> None:
    if _key(one) not in sheet.related:
        raise Untaken("where it leads to is not in the contract")


def _referred(sheet: Sheet, key: Key, columns: list[str]) -> list[str]:
    table = sheet.object(key)["name"]
    if not all(map(_REFERABLE.fullmatch, [table, *columns])):
        raise Untaken("references of the standard take letters, digits and `_` only")
    return [f"{table}.{column}" for column in columns]


def _plain_columns(columns: Any, *, foreign: bool = False) -> list[str]:
    """Return the names of columns. Raises Untaken for a range, of which the standard has none."""
    found = [key_column(column, foreign=foreign) for column in columns]
    if any(ranged for _, ranged in found):
        raise Untaken("the standard knows no key over a time")
    return [name for name, _ in found]


def _key(one: Planned) -> Key:
    """Return the key of an object, or of what belongs to one. Raises Untaken for other objects."""
    if one.subject is None or _family(one) not in _KINDS:
        raise Untaken("it is about a part of a table that the standard does not have")
    return one.subject.key


def _family(one: Planned) -> str:
    around = one.subject.parent or one.subject if one.subject else None
    return around.family if around else ""


CARRIED: Mapping[str, Carry] = {
    **{f"{family}.exists": _exists for family in _KINDS},
    **{f"{family}.comment": _comment for family in _KINDS},
    **{f"{family}.columns": _columns_of_view for family in ("views", "materialized_views")},
    "columns.exists": _column,
    "columns.type": _type,
    "columns.nullable": _nullable,
    "columns.comment": _comment,
    "tables.primary_key": _primary_key,
    "primary_key.columns": _primary_key,
    "tables.unique": _unique,
    "foreign_keys.references": _foreign_key,
    "foreign_keys.exists": _foreign_key_exists,
    "data.not_null": quality.not_null,
    "data.unique": quality.unique,
    "data.accepted": quality.accepted,
    "data.references": quality.references,
    "data.rows": quality.rows,
    "queries.returns": quality.returns,
}
"""What carries the expectations of a check; those of the first ones are needed by the others."""
