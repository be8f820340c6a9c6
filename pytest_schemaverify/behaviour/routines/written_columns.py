"""Which columns a body writes, and the expressions that their values come from."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pytest_schemaverify.kinds.functions.row import Function
from pytest_schemaverify.sql import statements as sql
from pytest_schemaverify.sql.declarations import Block, blocks, guess, options, simplified
from pytest_schemaverify.sql.lexical import unquoted
from pytest_schemaverify.sql.statements import Node, Tree, Unparsed

from .body import statement_of
from .expressions import assignment
from .variables import Variable

_ASSIGNED = 3
"""The parse mode of `x := value`; those above are of `x.y := value` and longer names."""


@dataclass(frozen=True, slots=True)
class Write:
    """A column that a statement gives a value."""

    table: tuple[str, ...]
    """Name of the table, with its schema if the statement has one; () for NEW of a trigger."""
    column: str
    """"" for the column at `place` of the table, where an insert does not name its columns."""
    value: Node
    line: int
    """Of the body, from 1."""
    place: int = 0


@dataclass(slots=True)
class Written:
    """What a body writes, and what its variables hold."""

    writes: list[Write] = field(default_factory=list)
    assigned: dict[str, list[Node]] = field(default_factory=lambda: defaultdict(list))
    """The values that each variable gets."""
    trees: list[Node] = field(default_factory=list)
    """Every statement and expression."""

    def add(self, text: str, line: int, into: list[str] | None = None) -> None:
        """Note what a statement writes, and what it puts into variables."""
        for one in sql.tree(text):
            self.trees.append({one.kind: one.node})
            self.writes += _writes(one, line)
            values = [*_values(one.node)] if into else []
            for place, name in enumerate(into or []):
                # A record gets all of them, and several variables one each.
                own = values if len(into or []) == 1 else values[place : place + 1]
                self.assigned[name] += own


def written(function: Function) -> Written:
    """Return what a function in SQL or PL/pgSQL writes. Raises Unparsed."""
    found = Written()
    if function.language == "sql":
        for one in sql.statements(_plain(function.source)):
            found.add(one.text, one.line)
        return found
    _, source = options(function.source)
    known = blocks(source)
    for declared in (one for block in known for one in block.declarations):
        _assign(found, declared.name, declared.default, declared.line)
    _visit(found, _parsed(function, source, known), 1)
    return found


def _plain(source: str) -> str:
    """Return the statements of a body in SQL, which the server prints with words around them."""
    if atomic := re.fullmatch(r"BEGIN ATOMIC\b(.*)\bEND\s*", source, re.DOTALL):
        return atomic[1]
    return re.sub(r"^RETURN\b", "select", source)


def _parsed(function: Function, source: str, known: list[Block]) -> list[Node]:
    arguments = {one.name: Variable() for one in function.parameters if one.name}
    text = simplified(source, known, lambda one: guess(one, source))
    return sql.routine(statement_of(function, arguments, text))


def _visit(found: Written, node: Any, line: int) -> None:
    """Note what the statements in a part of a body write."""
    for one in node if type(node) is list else [node]:
        if type(one) is not dict:
            continue
        here = one.get("lineno", line)
        into = _variables(one.get("target") or one.get("var"))
        for key, value in one.items():
            if key == "PLpgSQL_expr":
                _expression(found, value, here, None)
            elif key in ("sqlstmt", "query") and into and type(value) is dict:
                _expression(found, value["PLpgSQL_expr"], here, into)
            elif key not in ("datums", "target"):
                _visit(found, value, here)


def _variables(target: Any) -> list[str]:
    """Return the names of the variables that a statement fills."""
    if type(target) is not dict:
        return []
    row = target.get("PLpgSQL_row", {}).get("fields", ())
    rec = target.get("PLpgSQL_rec", {}).get("refname", "")
    return [*filter(None, (rec, *(one["name"] for one in row)))]


def _expression(found: Written, node: Node, line: int, into: list[str] | None) -> None:
    mode, text = node.get("parseMode", 0), node["query"]
    if mode >= _ASSIGNED:
        target, value = assignment(text)
        _assign(found, target, value, line)
    else:
        found.add(text if mode == 0 else f"select {text}", line, into)


def _assign(found: Written, target: str, text: str, line: int) -> None:
    if not text:
        return
    found.add(f"select {text}", line)
    try:
        value = sql.expression(text)
    except Unparsed:
        return
    name, _, inner = target.partition(".")
    if name.strip().lower() == "new" and inner:
        found.writes.append(Write((), unquoted(inner.strip()), value, line))
        return  # what else NEW has is as it was
    found.assigned[unquoted(name.strip())].append(value)


def _values(select: Node) -> Iterator[Node]:
    for one in (*select.get("targetList", ()), *select.get("returningClause", {}).get("exprs", ())):
        yield one["ResTarget"].get("val", {})


def _writes(tree: Tree, line: int) -> Iterator[Write]:
    """Yield what a statement writes, and what the queries of its `with` do."""
    for kind, node in sql.walk([{tree.kind: tree.node}]):
        if kind == "InsertStmt":
            yield from _inserted(node, line)
        elif kind == "UpdateStmt":
            yield from _set(node, node["relation"], line)


def _name(relation: Node) -> tuple[str, ...]:
    return tuple(filter(None, (relation.get("schemaname"), relation["relname"])))


def _inserted(node: Node, line: int) -> Iterator[Write]:
    table, columns = (
        _name(node["relation"]),
        [one["ResTarget"]["name"] for one in node.get("cols", ())],
    )
    query = node.get("selectStmt", {}).get("SelectStmt", {})
    lists = [one["List"].get("items", []) for one in query.get("valuesLists", ())]
    for values in (*lists, [*_values(query)]):
        for place, value in enumerate(values):
            column = columns[place] if place < len(columns) else ""
            yield Write(table, column, value, line, place + 1)
    yield from _set(node.get("onConflictClause", {}), node["relation"], line)


def _set(node: Node, relation: Node, line: int) -> Iterator[Write]:
    for one in node.get("targetList", ()):
        target = one["ResTarget"]
        yield Write(_name(relation), target["name"], target.get("val", {}), line)
