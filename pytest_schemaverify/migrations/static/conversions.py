"""What the change of a column's type makes the server do with the rows of its table."""

from collections.abc import Callable, Mapping

from pytest_schemaverify.migrations.static.nodes import Type, type_of
from pytest_schemaverify.migrations.static.schema_state import Indexed, SchemaState
from pytest_schemaverify.sql.statements import Node

_SERIAL = {"serial": "int4", "serial4": "int4", "bigserial": "int8", "serial8": "int8",
           "smallserial": "int2", "serial2": "int2"}  # fmt: skip
_TEXTS = frozenset({"text", "varchar", "citext"})
_TIMES = frozenset({"timestamp", "timestamptz"})
_LIKE = ("text", "varchar", "bpchar")
_BINARY = frozenset({
    *((one, other) for one in _TEXTS for other in (*_TEXTS, "bpchar")),
    *(("xml", one) for one in _LIKE), ("cidr", "inet"), ("bit", "varbit"), ("varbit", "bit"),
    ("int4", "oid"), ("oid", "int4"), ("regclass", "oid"), ("oid", "regclass"),
})  # fmt: skip
"""Casts that leave the bytes as they are: those of pg_cast with castmethod b."""
_ORDERED_ALIKE = (frozenset({"text", "varchar"}), frozenset({"cidr", "inet"}))
"""Types that share an operator class, so that an index on one is one on the other."""
_FULL = 32767
"""The fields of an interval that is not limited to some, as the grammar has them."""
_SECOND = 1 << 12


def rewrites(state: SchemaState, old: Type | None, new: Type, using: Node | None) -> bool:
    """Return whether changing a column to that type makes PostgreSQL rewrite the table.

    `old` is None where the type before is not known. See "Notes" at
    https://www.postgresql.org/docs/current/sql-altertable.html, and ATColumnChangeRequiresRewrite
    in src/backend/commands/tablecmds.c.
    """
    steps = []
    while using is not None and "TypeCast" in using:
        steps.append(type_of(using["TypeCast"]["typeName"]))
        using = using["TypeCast"]["arg"]
    if using is not None and "ColumnRef" not in using:
        return True
    for step in (*reversed(steps), new):
        if _converts(state, old, step):
            return True
        old = step
    return False


def _converts(state: SchemaState, old: Type | None, new: Type) -> bool:
    if old is None:
        return not (new.name[1] in ("text", "varchar") and not new.modifiers)
    if _shape(old) == _shape(new):
        return False
    domain = state.domain(new)
    if domain is not None and domain.constraints:
        return True
    before, after = _base(state, old), _base(state, new)
    if bool(before.dimensions) != bool(after.dimensions):
        return True
    if before.name[1] == after.name[1]:
        if not after.modifiers or before.modifiers == after.modifiers:
            return False  # a type without a limit holds every value that the limit let through
        wider = _WIDER.get(after.name[1])
        return wider is None or bool(after.dimensions) or not wider(before, after)
    pair = (before.name[1], after.name[1])
    if after.dimensions or not (pair in _BINARY or (state.in_utc and {*pair} == _TIMES)):
        return True
    return not _unlimited(after)


def _shape(type_: Type) -> tuple[str, tuple[str, ...], bool]:
    name = _SERIAL.get(type_.name[1], type_.name[1])
    return name, type_.modifiers, bool(type_.dimensions)


def _base(state: SchemaState, type_: Type) -> Type:
    """Return what a type is made of: of a domain what is below it, of serial an integer."""
    for _ in range(10):  # a domain of a domain of itself is none that a server makes
        domain = state.domain(type_)
        if domain is None or domain.base is None or type_.dimensions:
            break
        type_ = domain.base
    return type_._replace(name=("", _SERIAL.get(type_.name[1], type_.name[1])))


def _unlimited(type_: Type) -> bool:
    return not type_.modifiers or (type_.name[1] in _TIMES and _precision(type_) == 6)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else -1


def _longer(old: Type, new: Type) -> bool:
    return bool(old.modifiers) and _number(new.modifiers[0]) >= _number(old.modifiers[0])


def _more_digits(old: Type, new: Type) -> bool:
    if not old.modifiers:
        return False
    scales = [([*one.modifiers, "0"])[1] for one in (old, new)]
    return scales[0] == scales[1] and _longer(old, new)


def _precision(type_: Type) -> int:
    return _number(type_.modifiers[-1]) if type_.modifiers else 6


def _finer(old: Type, new: Type) -> bool:
    return _precision(new) >= _precision(old)


def _longer_interval(old: Type, new: Type) -> bool:
    # One modifier of an interval is its fields, a second one the digits of its seconds.
    digits = [_number(one.modifiers[1]) if len(one.modifiers) > 1 else 6 for one in (old, new)]
    fields = [_number(one.modifiers[0]) if one.modifiers else _FULL for one in (old, new)]
    return digits[1] >= digits[0] and (fields[0] == fields[1] or bool(fields[1] & _SECOND))


_WIDER: Mapping[str, Callable[[Type, Type], bool]] = {
    "varchar": _longer, "varbit": _longer, "numeric": _more_digits, "timestamp": _finer,
    "timestamptz": _finer, "time": _finer, "timetz": _finer, "interval": _longer_interval,
}  # fmt: skip
"""Types whose limit the server raises without a look at the rows, and when it does."""


def rebuilds(
    state: SchemaState, old: Type, new: Type, index: Indexed, *, collated: bool = False
) -> bool:
    """Return whether an index on the column is built anew although the rows stay as they are.

    See CheckIndexCompatible in src/backend/commands/indexcmds.c.
    """
    before, after = (_base(state, one).name[1] for one in (old, new))
    alike = before == after or any({before, after} <= kind for kind in _ORDERED_ALIKE)
    return not (index.plain and alike) or collated


def only_the_zone(state: SchemaState, old: Type, new: Type, using: Node | None) -> bool:
    """Return whether the table would stay as it is if the session's time zone were UTC."""
    kinds = {_base(state, old).name[1], _base(state, new).name[1]}
    plain = using is None or "ColumnRef" in using
    return kinds == _TIMES and plain and _unlimited(new)
