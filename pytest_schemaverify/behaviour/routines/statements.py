"""The SQL statements in the tree of a body, with their lines and the variables they see."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pytest_schemaverify.errors import Refused
from pytest_schemaverify.sql import statements as sql
from pytest_schemaverify.sql.conditions import BRANCHES, asked_for, left_without
from pytest_schemaverify.sql.declarations import Block, Declaration
from pytest_schemaverify.sql.lexical import unquoted
from pytest_schemaverify.sql.statements import Node, Unparsed

from .expressions import assignment, constant, is_null, placed, typed
from .placement import out_of_place
from .sources import DYNAMIC, Sources, fields_of, using
from .variables import Query, Scope, Scopes, Variable, seen

_ASSIGNED = 2
"""Parse modes from here on are assignments: `x := expression`, and `x.y := expression`."""
_APART = "its blocks cannot be told apart"
_GIVES = {
    "PLpgSQL_stmt_return_query": "result", "PLpgSQL_stmt_foreach_a": "array",
    "PLpgSQL_stmt_execsql": "none",
}  # fmt: skip
"""What the rows of a statement are for."""
_TYPES = {"cond": "boolean", "lower": "integer", "upper": "integer", "step": "integer"}
"""The types of expressions by the field of a statement that holds them."""
_RETURNS = ("PLpgSQL_stmt_return", "PLpgSQL_stmt_return_next")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement or expression of a body."""

    text: str
    """As the server can parse it: an expression is a query."""
    line: int
    """Of the body, from 1, where the language tells."""
    scopes: Scopes = ()
    unread: str = ""
    """Why it is not known."""
    error: Refused | None = None
    """Why the server cannot run it, where that is known already."""
    dynamic: bool = False
    using: tuple[Query, ...] = ()
    """What `$1` … stand for, if it is dynamic."""
    rows: str = ""
    """What its rows are for: `none`, where PL/pgSQL takes none, variables `into` which they go,
    the `result`, the elements of an `array`, one `row` that a variable begins with, is `assigned`
    or that is `returned`, or a `value`."""
    wanted: str = ""
    """The type that such a value is put into."""
    asked: frozenset[str] = frozenset()
    """Tables without which it does not run: an `if` around it asks whether they are there."""


class Walk:
    """Goes through the tree of a body, with the variables that are seen at each place."""

    def __init__(
        self,
        known: list[Block],
        declared: dict[int, Variable],
        *,
        within: str,
        row: bool,
        value: str,
        names: dict[int, list[str]],
    ) -> None:
        self._blocks = iter(known)
        self._within = within
        self._row = row
        self._value = value
        self._names = names
        self._declared = declared
        self._sources = Sources()

    def function(self, tree: list[Node], around: Scope) -> Iterator[Statement]:
        """Yield the statements of a function."""
        for one in tree:
            self._sources.datums = one["PLpgSQL_function"].get("datums", [])
            yield from self._all(outermost(one).get("body", []), 1, (around,))
        if next(self._blocks, None) is not None:
            raise Unparsed(_APART, 0)

    def _all(self, node: Any, line: int, scopes: Scopes) -> Iterator[Statement]:
        """Yield the statements of a node of any kind."""
        if type(node) is list:
            there: frozenset[str] = frozenset()
            for item in node:
                yield from _asking(there, self._all(item, line, scopes))
                there |= left_without(item)
        elif type(node) is dict:
            for key, value in node.items():
                yield from self._one(key, value, line, scopes)

    def _one(self, key: str, node: Any, line: int, scopes: Scopes) -> Iterator[Statement]:
        if type(node) is not dict:
            yield from self._all(node, line, scopes)
            return
        if key == "PLpgSQL_expr":
            yield from _statements(line, node.get("parseMode", 0), node["query"], scopes)
            return
        line = node.get("lineno", line)
        self._sources.fill(key, node, scopes)
        yield from self._targets(node, line, scopes)
        if key == "PLpgSQL_stmt_block":
            yield from self._block(node, line, scopes)
            return
        yield from self._itself(key, node, line, scopes)
        if "t_varno" in node:
            about = Query(f"select {node['t_expr']['PLpgSQL_expr']['query']}", scopes)
            name = self._sources.name(node["t_varno"])
            scopes = (*scopes, Scope("", {name: Variable(sources=[about])}))
        inside = scopes
        if key in ("PLpgSQL_stmt_fori", "PLpgSQL_stmt_forc"):
            inside = (*scopes, Scope(node.get("label", ""), self._sources.of_loop(node)))
        for name, part in node.items():
            if name not in ("var", "target", self._query(key, node)):
                within = inside if name == "body" else scopes
                type_ = self._value if key in _RETURNS and name == "expr" else _TYPES.get(name)
                if type_ and type(part) is dict and "PLpgSQL_expr" in part:
                    text = part["PLpgSQL_expr"]["query"]
                    yield _value(text, type_, line, within)
                else:
                    found = self._one(name, part, line, within)
                    asks = name == BRANCHES.get(key)
                    yield from _asking(asked_for(node["cond"]), found) if asks else found

    def _itself(self, key: str, node: Node, line: int, scopes: Scopes) -> Iterator[Statement]:
        """Yield what the server refuses where it stands, and the query that a statement is of."""
        if (error := out_of_place(key, node, scopes, self._within)) is not None:
            yield Statement("", line, error=error)
        if name := self._query(key, node):
            text, rows = node[name]["PLpgSQL_expr"]["query"], self._rows_given(key, node)
            text = f"select {text}" if name == "expr" else text
            if name == DYNAMIC.get(key):
                yield from _dynamic(line, text, rows, using(node, scopes))
            else:
                yield Statement(text, line, scopes, rows=rows)
        elif key in _RETURNS and "expr" not in node and self._names.get(line):
            alone = self._names[line].pop(0)
            if alone and self._row:
                yield Statement(f"select {alone}", line, scopes, rows="returned")
            elif alone and self._value:
                yield _value(alone, self._value, line, scopes)

    def _block(self, node: Node, line: int, scopes: Scopes) -> Iterator[Statement]:
        block = next(self._blocks, None)
        if block is None:
            raise Unparsed(_APART, 0)
        own: dict[str, Variable] = {}
        for one in block.declarations:
            # A default sees what is declared before it.
            earlier = (*scopes, Scope(block.label, dict(own)))
            yield from self._declaration(one, earlier)
            own[one.name] = self._declared[id(one)]
        inside = (*scopes, Scope(block.label, own))
        body = (*scopes, Scope(block.label, own, caught="exceptions" in node))
        yield from self._all(node.get("body", []), line, body)
        caught = Scope("", {name: Variable("text") for name in ("sqlstate", "sqlerrm")})
        yield from self._all(node.get("exceptions", {}), line, (*inside, caught))

    def _declaration(self, one: Declaration, scopes: Scopes) -> Iterator[Statement]:
        if one.default:
            variable = self._declared[id(one)]
            # In `x := '(1,2)'` the text becomes a row, here it does not.
            row = variable.row and bool(variable.type or variable.record)
            value = one.default if row else typed(one.default, variable.type)
            if one.required and is_null(value):
                yield Statement("", one.line, error=null_in(one.name))
            yield Statement(f"select {value}", one.line, scopes, rows="row" if row else "")
            variable.sources.append(fields_of(one.default, scopes))
        if one.cursor:
            listed = {inner.name: self._declared[id(inner)] for inner in one.arguments}
            within = (*scopes, Scope(one.name, listed))
            self._sources.declare(one.name, Query(one.cursor, within))
            yield from _statements(one.line, 0, one.cursor, within)

    def _query(self, key: str, node: Node) -> str:
        """Return where a statement has a query whose rows count, or one that is put together."""
        if DYNAMIC.get(key, "") in node:
            return DYNAMIC[key]
        listed = ("query", "sqlstmt", "expr") if self._rows_given(key, node) else ()
        return next((name for name in listed if name in node), "")

    def _rows_given(self, key: str, node: Node) -> str:
        if self._row and key in _RETURNS:
            return "returned"
        return "into" if node.get("into") else _GIVES.get(key, "")

    def _targets(self, node: Node, line: int, scopes: Scopes) -> Iterator[Statement]:
        """Yield the fields of rows that something is put into."""
        for target in (node.get("target"), node.get("var")):
            if type(target) is dict:
                for one in target.get("PLpgSQL_row", {}).get("fields", ()):
                    if "." in one["name"]:
                        yield Statement(f"select {one['name']}", line, scopes)


def outermost(tree: Node) -> Node:
    """Return the block that `parsed` puts around the body; the parser may put one around it."""
    action = tree["PLpgSQL_function"]["action"]
    while "lineno" not in action["PLpgSQL_stmt_block"]:
        action = action["PLpgSQL_stmt_block"]["body"][0]
    block: Node = action["PLpgSQL_stmt_block"]
    return block


def _dynamic(line: int, text: str, rows: str, using: tuple[Query, ...]) -> Iterator[Statement]:
    """Yield what is executed as a text; it sees no variables."""
    texts = [one.text for one in sql.statements(constant(text))]
    if not texts:
        yield Statement("", line, unread="it is put together when it runs")
    for at, one in enumerate(texts, start=1):
        last = rows if at == len(texts) else ""
        yield Statement(one, line, dynamic=True, using=using, rows=last)


def _asking(there: frozenset[str], found: Iterator[Statement]) -> Iterator[Statement]:
    """Yield statements with the tables that are asked for before them."""
    for one in found:
        yield replace(one, asked=one.asked | there) if there else one


def _value(text: str, type_: str, line: int, scopes: Scopes) -> Statement:
    """Return an expression that is put where a type is."""
    return Statement(f"select {typed(text, type_)}", line, scopes, rows="value", wanted=type_)


def null_in(name: str) -> Refused:
    """Return what the server says of a variable that must not be NULL and is given it."""
    told = f'null value cannot be assigned to variable "{name}" declared NOT NULL'
    return Refused(told, state="22004")


def _statements(line: int, mode: int, text: str, scopes: Scopes) -> Iterator[Statement]:
    if mode > _ASSIGNED:
        target, text = assignment(text)
        if any(sign in target for sign in ".["):
            yield Statement(f"select {target}", line, scopes)
            text = placed(text, target)
        # PL/pgSQL reads a text as a value of the variable's type, where SQL alone would call it
        # text.
        elif (variable := seen(scopes, unquoted(target), None)) is not None:
            own = variable[0]
            if own.required and is_null(text):
                yield Statement("", line, error=null_in(unquoted(target)))
            if not own.row and own.type:
                yield _value(text, own.type, line, scopes)
                return
            rows = "assigned" if own.type or own.record else ""
            yield Statement(f"select {typed(text, own.type)}", line, scopes, rows=rows)
            return
    yield Statement(text if mode == 0 else f"select {text}", line, scopes)
