"""The SQL inside functions and DO blocks, each statement at its place in the file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from pytest_schemaverify.migrations.static.nodes import constant
from pytest_schemaverify.migrations.static.places import Place
from pytest_schemaverify.migrations.static.simple_bodies import begun_with, routine
from pytest_schemaverify.sql import declarations
from pytest_schemaverify.sql import statements as sql
from pytest_schemaverify.sql.conditions import BRANCHES, asked_for, left_without
from pytest_schemaverify.sql.lexical import DOLLAR
from pytest_schemaverify.sql.statements import Tree, Unparsed

_QUOTE = re.compile(rf"{DOLLAR}|'")
_ROW = re.compile(r"\s*(?:new|old)\s*\.|[^:=]*\[", re.IGNORECASE)
"""What is assigned to that names columns or functions itself."""
_NO_NAMES = re.compile(r"(?is)(?!.*(?:\(|\bfrom\b|\.))")
"""An expression that names neither a table nor a function nor a column of something."""
_EXECUTE = re.compile(r"\bexecute\b", re.IGNORECASE)
_NEAR = 10_000
"""Characters behind the line of a statement in which a part of it is looked for.

Without a bound the search of each statement would go to the end of a long file.
"""
# https://www.postgresql.org/docs/current/plpgsql-statements.html, "Executing Dynamic Commands".
_DYNAMIC = {"PLpgSQL_stmt_dynexecute": "query", "PLpgSQL_stmt_dynfors": "query",
            "PLpgSQL_stmt_return_query": "dynquery", "PLpgSQL_stmt_open": "dynquery"}  # fmt: skip


class BodyStatement(NamedTuple):
    """A statement inside a body; without trees where it cannot be read, and `unread` says why."""

    trees: list[Tree]
    place: Place
    unread: str = ""
    """Why the statement is not known: put together when it runs, or not parsed."""
    variables: frozenset[str] = frozenset()
    """Names of the variables and parameters that PL/pgSQL has declared around it."""
    asked: frozenset[str] = frozenset()
    """Tables without which it does not run: an `if` around it asks whether they are there."""


@dataclass(frozen=True, slots=True)
class Body:
    """The text of a function or a DO block in its file."""

    tree: Tree
    place: Place
    text: str
    start: int
    """Offset in the file of its first character, behind the quote."""

    def line(self, number: int) -> int:
        """Return the offset in the file of a line, counted as PL/pgSQL counts: from the quote."""
        lines = self.place.migration.lines
        return self.start if number <= 1 else lines.offset(lines.at(self.start).line + number - 1)


def body(tree: Tree, place: Place, text: str) -> Body:
    """Return the body of a `create function` or `do` statement."""
    items = tree.node.get("options") or tree.node.get("args") or []
    options = [item["DefElem"] for item in items]
    found: sql.Node = next((node for node in options if node["defname"] == "as"), {})
    quote = _QUOTE.search(place.migration.text, tree.at(found.get("location", 0)))
    return Body(tree, place, text, quote.end() if quote else tree.start)


def plain(function: Body) -> Iterator[BodyStatement]:
    """Yield all statements of a body in SQL at once, or the reason why it cannot be parsed."""
    try:
        yield BodyStatement(sql.tree(function.text, function.start), function.place)
    except Unparsed as error:
        yield BodyStatement([], _at(function, function.start + error.offset), error.reason)


def procedural(block: Body) -> Iterator[BodyStatement]:
    """Yield the statements and expressions of a body in PL/pgSQL."""
    try:
        parsed = routine(block.tree.source)
    except Unparsed as error:
        yield BodyStatement([], block.place, error.reason)
        return
    # All blocks together: a variable of an inner block is then known too early, never too late.
    declared = frozenset(_declared(parsed))
    for line, query in begun_with(block.tree.source, parsed):
        yield _static(block, block.line(line), 2, query)._replace(variables=declared)
    for line, mode, query, dynamic, asked in expressions(parsed, 1):
        start = block.line(line)
        if dynamic:
            yield from (one._replace(asked=asked) for one in _dynamic(block, start, query))
        elif mode == 0 or not _NO_NAMES.match(query):
            yield _static(block, start, mode, query)._replace(variables=declared, asked=asked)


def _declared(parsed: list[sql.Node]) -> Iterator[str]:
    """Yield the names of all parameters and variables of a body, and the fields of its rows."""
    for function in parsed:
        for datum in function["PLpgSQL_function"].get("datums", ()):
            for node in datum.values():
                yield node.get("refname", "")
                yield from (field["name"] for field in node.get("fields", ()))


def _static(block: Body, start: int, mode: int, query: str) -> BodyStatement:
    """Return a statement or expression that is written out.

    `mode` is PostgreSQL's RawParseMode (src/include/parser/parser.h): 0 is a statement, 2 an
    expression, 3 to 5 are assignments to `a`, `a.b` and `a.b.c`.
    """
    prefix, text = ("", query) if mode == 0 else ("select ", query)
    if mode >= 3:
        if _ROW.match(query):
            return _assigned(block, start, query)
        text = query[declarations.assigned(query)[1] :]
    if mode == 0 and query.startswith("SELECT ") and not _written(block, start, query[:14]):
        # PL/pgSQL's scanner has put SELECT in the place of PERFORM, which is what the file says.
        prefix, text = "SELECT ", query[7:]
    at = _find(block, start, text)
    try:
        trees = sql.tree(prefix + text, at - len(prefix))
    except Unparsed as error:
        return BodyStatement([], _at(block, at), error.reason)
    return BodyStatement(trees, _at(block, at))


def _assigned(block: Body, start: int, query: str) -> BodyStatement:
    """Return `new.a := b` as a statement that names both, each where it is in the file."""
    at = _find(block, start, query)
    sign, behind = declarations.assigned(query)
    # A comma as wide as the sign keeps every offset behind it.
    both = f"{query[:sign]}{',':>{behind - sign}}{query[behind:]}"
    try:
        return BodyStatement(sql.tree(f"select {both}", at - len("select ")), _at(block, at))
    except Unparsed as error:
        return BodyStatement([], _at(block, at), error.reason)


def _dynamic(block: Body, start: int, query: str) -> Iterator[BodyStatement]:
    at = _find(block, start, query)
    execute = _EXECUTE.search(block.place.migration.text, start, at + 1)
    place = _at(block, execute.start() if execute else at)
    try:
        # `execute 'create table t ()'` is as good as written out: only a constant can be read.
        text = constant(sql.expression(query))
        if text:
            inside = block.place.migration.text.find(text, at, at + len(text) + _NEAR)
            yield BodyStatement(sql.tree(text, max(inside, at)), place)
            return
    except Unparsed:
        pass
    yield BodyStatement([], place, "it is put together when it runs")


def _written(block: Body, start: int, beginning: str) -> bool:
    whole = block.place.migration.text
    stop = start + len(beginning) + 400
    return whole.find(beginning, start, stop) >= 0


def _find(block: Body, start: int, text: str) -> int:
    """Return the offset of a query in the file, or `start` where it is not found.

    PL/pgSQL blanks INTO clauses in the query; what stands before one is then looked for.
    """
    whole = block.place.migration.text
    stop = start + len(text) + _NEAR
    at = whole.find(text, start, stop)
    if at < 0:
        head = re.split(r"\s{3,}", text.strip(), maxsplit=1)[0]
        at = whole.find(head, start, stop)
    return at if at >= 0 else start


def _at(block: Body, offset: int) -> Place:
    return Place(block.place.migration, offset)


def _after_each_other(
    nodes: list[Any], line: int, asked: frozenset[str]
) -> Iterator[tuple[Any, int, frozenset[str]]]:
    """Yield each node with the tables without which one before it has left the function."""
    for node in nodes:
        yield node, line, asked
        asked |= left_without(node)


def expressions(node: Any, line: int) -> Iterator[tuple[int, int, str, bool, frozenset[str]]]:
    """Yield line, parse mode and text of each expression, whether it is dynamic, what is asked."""
    # No recursion: blocks can be nested deeper than Python's stack.
    stack: list[tuple[str, Any, int, frozenset[str]]] = [("", node, line, frozenset())]
    while stack:
        key, node, line, asked = stack.pop()
        if type(node) is list:
            stack.extend(reversed([("", *one) for one in _after_each_other(node, line, asked)]))
            continue
        if type(node) is not dict:
            continue
        if key == "PLpgSQL_expr":
            yield line, node.get("parseMode", 0), node["query"], False, asked
            continue
        line = node.get("lineno", line)
        if _DYNAMIC.get(key, "") in node:
            yield line, 2, node[_DYNAMIC[key]]["PLpgSQL_expr"]["query"], True, asked
            node = {name: part for name, part in node.items() if name != _DYNAMIC[key]}
        inside = asked | asked_for(node["cond"]) if key in BRANCHES else asked
        stack.extend(
            (name, part, line, inside if name == BRANCHES.get(key) else asked)
            for name, part in reversed(node.items())
        )
