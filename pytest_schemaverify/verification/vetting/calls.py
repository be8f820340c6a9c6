"""Finds the names of what a statement calls and reads, in its parse tree."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from pytest_schemaverify.sql.statements import Node, tree

from .known_functions import READING
from .risks import Names, Risk, words

_Name = tuple[str, str]
"""Schema, "" where none is written, and name."""


class Call(NamedTuple):
    """A call of a function."""

    name: _Name
    number: int | None
    """The number of its arguments; None where one is an array of them."""

    def may_be(self, risk: Risk) -> bool:
        """Return whether the call may be one of this function."""
        # Arguments have no types before the server resolves them, so overloads are told apart by
        # their number only.
        schema, name = self.name
        own = "pg_temp" if risk.schema.startswith("pg_temp") else risk.schema
        known = name == risk.name and (risk.visible if not schema else schema in (risk.schema, own))
        if not known or self.number is None:
            return known
        return risk.fewest <= self.number and (risk.most is None or self.number <= risk.most)


class Calls:
    """The functions, operators, types and relations that a text names. Raises Unparsed."""

    def __init__(self, text: str) -> None:
        self.calls: list[Call] = []
        self.operators: set[str] = set()
        self.types: set[str] = set()
        self.arrays: set[str] = set()
        """Types of which the text has arrays."""
        self.relations: set[str] = set()
        self.fields: set[str] = set()
        """Names behind a dot, such as those of columns."""
        self.any_type = False
        """Whether it reads a value of a type that is not written."""
        self.prepared = False
        """Whether it runs a prepared statement, whose text is not known."""
        open_: list[Any] = [{one.kind: one.node} for one in tree(text)]
        while open_:  # without recursion, for it may be deep
            here = open_.pop()
            if isinstance(here, list):
                open_ += here
            elif isinstance(here, dict):
                self._add(here)
                open_ += here.values()

    def _add(self, node: Node) -> None:
        self.prepared = self.prepared or "ExecuteStmt" in node
        if "funcname" in node:
            # `percentile_cont(0.5) within group (order by x)` is a call with two arguments.
            number = len(node.get("args", ()))
            number += len(node.get("agg_order", ())) if node.get("agg_within_group") else 0
            *schema, name = _strings(node["funcname"])
            called = (schema[-1] if schema else "", name)
            self.calls.append(Call(called, None if node.get("func_variadic") else number))
            self.types.add(name)  # a call may be a cast, too: `email(text)`
            if node.get("args") and any(one in name for one in READING):
                self._add_read(name, node["args"])
        if "names" in node:
            self.types.update(_strings(node["names"])[-1:])
            if node.get("arrayBounds"):
                self.arrays.update(_strings(node["names"])[-1:])
        if "relname" in node:
            self.relations.add(node["relname"])
        for key in ("name", "operName", "useOp"):
            if isinstance(node.get(key), list):
                signs = _strings(node[key])[-1:]
                # `a between b and c` calls these operators, and the tree only says BETWEEN.
                between = signs and "BETWEEN" in signs[0]
                self.operators.update(("<", "<=", ">=", ">") if between else signs)
        if _implies_equality(node):
            self.operators.add("=")
        self.fields.update(_strings(node.get("fields", ())[1:]))
        self.fields.update(_strings(node.get("indirection", ())))

    def _add_read(self, function: str, arguments: Sequence[Node]) -> None:
        """Note the type as whose value a text is read: named by a string, or by `null::type`."""
        if function.startswith("pg_input_"):
            named = arguments[-1].get("A_Const", {}).get("sval", {}).get("sval")
            self.any_type = self.any_type or named is None
            self.types.update(words(named or ""))
        elif "TypeCast" not in arguments[0]:  # which is noted where it stands
            self.any_type = True

    def way_to(self, risk: Risk) -> str | None:
        """Return how the text calls a function: "" by its name, None if it does not.

        Otherwise it is the operator or the type of a cast, in words.
        """
        if any(one.may_be(risk) for one in self.calls):
            return ""
        if risk.takes_row and risk.name in self.fields:
            return ""
        for noun, there, own in (
            ("operator", self.operators, risk.operators), ("type", self.types, risk.casts)
        ):  # fmt: skip
            if found := there.intersection(own):
                return f"the {noun} {min(found)}"
        return None

    def names(self, known: Collection[str], *, planned: bool) -> Names:
        """Return the known names behind which there are more texts that are run."""
        types = self.types.intersection(known) if not self.any_type else set(known)
        if planned:  # only literals of arrays and the like are read before anything is run
            return Names(set(), set(), types if self.any_type else types & self.arrays, types)
        functions = {call.name[1] for call in self.calls}.intersection(known)
        return Names(self.relations.intersection(known), functions, types, types)


def _strings(nodes: Any) -> list[str]:
    return [one["String"]["sval"] for one in nodes if "String" in one]


def _implies_equality(node: Node) -> bool:
    """Return whether `=` is called that is not written: of `case a when b`, `a in (select b)`."""
    return (
        "arg" in node.get("CaseExpr", ())
        or ("testexpr" in node and "operName" not in node)
        or "usingClause" in node
        or "isNatural" in node
    )
