"""What a body writes of what users say about themselves, where it compares that with nothing."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pytest_schemaverify.behaviour.routines import Write, Written
from pytest_schemaverify.sql.statements import Node, walk

from .user_metadata import EDITABLE, names_it

POWERFUL = re.compile(
    r"(?<![a-z])(?:admin|administrator|super|superuser|superadmin|root|owner|staff|manager|moderator|"
    r"internal|pro|premium|enterprise|business|paid|true)(?![a-z])",
    re.IGNORECASE,
)
"""Words of values that give more rights than others have."""
_COMPARES = frozenset({"=", "<>", "~", "~*", "~~", "~~*", "!~~"})
_STEPS = frozenset({"->", "->>", "#>", "#>>"})
_EXISTS = frozenset({"id", "slug", "name"})
"""Columns by which a row is looked up: that there is one says nothing of who may name it."""


class Trusted:
    """Follows what users say about themselves through a body."""

    def __init__(self, body: Written) -> None:
        self._body = body
        self._names = frozenset(self._holding())
        self._checked = {key for tree in body.trees for key in self._keys_checked(tree)}

    def writes(self) -> Iterator[Write]:
        """Yield the writes of such values that the body compares with nothing."""
        for write in self._body.writes:
            if self._is_it(write.value) and not self._keys(write.value) & self._checked:
                yield write

    def _is_it(self, node: Any) -> bool:
        return names_it(node, self._names)

    def _holding(self) -> Iterable[str]:
        """Return the variables, and the columns of queries within queries, that hold some of it."""
        found, before = frozenset[str](), None
        while found != before:
            before = found
            found = frozenset({
                *(name for name, values in self._body.assigned.items() if names_it(values, found)),
                *(name for tree in self._body.trees for name in _columns(tree, found)),
            })  # fmt: skip
        return found

    def _keys(self, node: Any, seen: frozenset[str] = frozenset()) -> set[str]:
        """Return the keys of the metadata that a value comes from: `role` of `… ->> 'role'`."""
        keys: set[str] = set()
        for kind, one in walk([node]):
            if kind == "A_Expr" and _operator(one) in _STEPS:
                steps = _constants(one.get("rexpr", {}))
                keys |= {step for step in steps if not EDITABLE.fullmatch(step)}
            elif kind == "ColumnRef":
                name = one["fields"][0].get("String", {}).get("sval", "")
                if name not in seen:
                    values = self._body.assigned.get(name, [])
                    keys |= self._keys(values, seen | {name})
        return keys

    def _keys_checked(self, tree: Node) -> Iterator[str]:
        """Yield the keys whose values are compared with something that gives no more rights."""
        for kind, node in walk([tree]):
            sides: tuple[Any, Any] = ({}, {})
            if kind == "A_Expr" and (_operator(node) in _COMPARES or node["kind"] == "AEXPR_IN"):
                sides = node.get("lexpr", {}), node.get("rexpr", {})
            elif kind == "SubLink" and "testexpr" in node:
                sides = node["testexpr"], node["subselect"]
            for one, other in (sides, sides[::-1]):
                if self._is_it(one) and not self._is_it(other) and _checks(other):
                    yield from self._keys(one)


def _columns(tree: Node, known: Iterable[str]) -> Iterator[str]:
    for kind, node in walk([tree]):
        if kind == "SelectStmt":
            for one in node.get("targetList", ()):
                target = one["ResTarget"]
                if "name" in target and names_it(target.get("val", {}), known):
                    yield target["name"]


def _checks(other: Any) -> bool:
    """Return whether comparing a value with this keeps it from giving more rights."""
    constants = _constants(other)
    if constants:
        return any(constants) and not any(map(POWERFUL.search, constants))
    names = [one["fields"][-1] for kind, one in walk([other]) if kind == "ColumnRef"]
    return not any(name.get("String", {}).get("sval") in _EXISTS for name in names)


def _operator(node: Node) -> str:
    name = node.get("name", [{}])[-1]
    return str(name.get("String", {}).get("sval", ""))


def _constants(node: Any) -> list[str]:
    return [
        str(one.get("sval", {}).get("sval", "")) for kind, one in walk([node]) if kind == "A_Const"
    ]
