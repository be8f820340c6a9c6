"""When a database allows no more than its file says, by what kind of thing differs."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pytest_schemaverify.authoring.comparing.difference import Difference
from pytest_schemaverify.kinds.held import OPTION
from pytest_schemaverify.language.scalars import scalar
from pytest_schemaverify.sql import names


class Sides(NamedTuple):
    """Both sides of what differs, as data where they are known as such."""

    expected: Any
    actual: Any
    entry: Any
    """The entry around the expectation."""


Tighter = Callable[[Sides], bool]
"""Returns whether the database allows no more than the file says."""


def sides_of(difference: Difference) -> Sides:
    """Return both sides of a difference."""
    planned, value = difference.planned, difference.value
    actual: Any = difference.actual
    expected: Any = scalar(difference.expected) if planned is None else planned.expected
    if isinstance(expected, bool):
        # The short form of an entry is no bool: there it can only be the opposite.
        actual = value if isinstance(value, bool) else not expected
    elif isinstance(value, (list, int, float)):
        actual = value
    entry = None if planned is None else planned.entry
    return Sides(difference.expected if expected is None else expected, actual, entry)


def _neutral(sides: Sides) -> bool:
    return True


def _now_true(sides: Sides) -> bool:
    return sides.actual is True and sides.expected is False


def _now_false(sides: Sides) -> bool:
    return sides.actual is False and sides.expected is True


def _now(*words: str) -> Tighter:
    return lambda sides: str(sides.actual).lower() in words


def _fewer(sides: Sides) -> bool:
    """Return whether the database has a part of a list: of roles, labels or privileges."""
    expected, actual = items(sides.expected), items(sides.actual)
    if sides.actual in (None, ""):
        return False
    if f"all{OPTION}" in expected:
        return True
    if "all" in expected:
        return not any(one.endswith(OPTION) for one in actual)
    return actual <= expected


def _fewer_of_permissive(sides: Sides) -> bool:
    """Return whether a policy that lets rows through is for fewer roles."""
    # Without `permissive` the file leaves that open, and a restrictive one for fewer is wider.
    return getattr(sides.entry, "permissive", None) is True and _fewer(sides)


def _lower(sides: Sides) -> bool:
    numbers = [str(one) for one in (sides.expected, sides.actual)]
    if not all(one.lstrip("-").isdecimal() for one in numbers):
        return False
    # -1 is no limit.
    before, now = (float("inf") if int(one) < 0 else int(one) for one in numbers)
    return now < before


def _narrower(sides: Sides) -> bool:
    """Return whether a type takes only what the other one takes, too."""
    before, now = _size(str(sides.expected)), _size(str(sides.actual))
    return bool(before and now and before[0] == now[0] and now[1] < before[1])


_WHOLE = {"smallint": 2, "int2": 2, "integer": 4, "int": 4, "int4": 4, "bigint": 8, "int8": 8}
_BROKEN = {"real": 4, "float4": 4, "double precision": 8, "float8": 8}
_TEXT = re.compile(r"(?:varchar|character varying)(?:\s*\((\d+)\))?|text")


def _size(type_: str) -> tuple[str, float] | None:
    """Return which types a type can be compared with, and its size among them."""
    bare = " ".join(type_.lower().split())
    if found := _TEXT.fullmatch(bare):
        return "text", float(found[1] or "inf")
    for name, sizes in (("whole", _WHOLE), ("broken", _BROKEN)):
        if bare in sizes:
            return name, sizes[bare]
    return None


def items(value: Any) -> set[str]:
    """Return the items of a list, also of one that is written as a text."""
    if isinstance(value, (list, tuple)):
        return {str(one).lower() for one in value}
    return {one.lower() for one in names.split(str(value))} if isinstance(value, str) else set()


_CHECK_OPTIONS = ("absent", "local", "cascaded")


def _stricter_option(sides: Sides) -> bool:
    ranks = [str(one).lower() for one in (sides.expected, sides.actual)]
    known = all(one in _CHECK_OPTIONS for one in ranks)
    return known and _CHECK_OPTIONS.index(ranks[1]) > _CHECK_OPTIONS.index(ranks[0])


TIGHTER: Mapping[str, Tighter] = {
    "rls.enabled": _now_true, "rls.forced": _now_true,
    "rls": _now_true, "forced": _now_true,
    "policies.permissive": _now_false, "policies.roles": _fewer_of_permissive,
    "privileges.exactly": _fewer, "functions.execute": _fewer,
    "functions.security": _now("invoker", "security invoker"),
    "functions.search_path": _now('""', "''", "pg_catalog"),
    "functions.leakproof": _now_false,
    "columns.nullable": _now_false, "types.nullable": _now_false, "columns.type": _narrower,
    "columns.identity": _now("always"), "types.enum": _fewer,
    "tables.persistence": _now("permanent"),
    "views.security_invoker": _now_true, "views.security_barrier": _now_true,
    "views.check_option": _stricter_option,
    "indexes.unique": _now_true, "nulls_not_distinct": _now_true, "valid": _now_true,
    "validated": _now_true, "enforced": _now_true, "enabled": _now_true,
    "checks.no_inherit": _now_false, "deferrable": _now_false, "initially_deferred": _now_false,
    "subscriptions.enabled": _now_false, "publications.all_tables": _now_false,
    "publications.commands": _fewer, "publications.schemas": _fewer,
    "sequences.cycle": _now_false, "languages.trusted": _now_false,
    **dict.fromkeys((f"roles.{one}" for one in (
        "superuser", "login", "createdb", "createrole", "bypassrls", "replication", "inherit",
    )), _now_false),
    "roles.connection_limit": _lower,
    **dict.fromkeys((f"memberships.{one}" for one in ("admin", "inherit", "set")), _now_false),
    # These neither let anybody do more, nor let anything in that was kept out.
    "comment": _neutral,
    **dict.fromkeys((f"columns.{one}" for one in (
        # A statement may name any other value than the default, anyway.
        "default", "position", "storage", "compression", "statistics", "n_distinct", "stored",
    )), _neutral),
    **dict.fromkeys((f"functions.{one}" for one in ("cost", "rows", "parallel")), _neutral),
    **dict.fromkeys((f"sequences.{one}" for one in ("start", "cache", "increment")), _neutral),
    **dict.fromkeys((f"statistics.{one}" for one in ("columns", "kinds", "target")), _neutral),
    **dict.fromkeys((f"indexes.{one}" for one in (
        "clustered", "tablespace", "with", "statistics",
    )), _neutral),
    "tables.with": _neutral, "materialized_views.with": _neutral,
}  # fmt: skip
"""When a difference allows no more, by family and attribute, or by the attribute of any family."""
