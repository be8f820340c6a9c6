"""SQL as libpg_query understands it; `fence` keeps what the parser does from harming us.

The parser says what a statement is; it never decides where one ends (`split` does), so a server
newer than the parser is no problem.
"""

import gc
import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

from pytest_schemaverify.sql import fence
from pytest_schemaverify.sql.fence import Kind, Refused
from pytest_schemaverify.sql.positions import Lines
from pytest_schemaverify.sql.split import PieceKind, split


class Statement(NamedTuple):
    """One SQL statement of a file, without its semicolon."""

    text: str
    offset: int
    """Of its first character, counted in characters from the start of the file's text."""
    line: int
    column: int


Node = dict[str, Any]
"""A node of the parser's tree: one kind, `{"CreateStmt": {…}}`, or the fields of one."""


class Unparsed(Exception):
    """The parser cannot read a text; `offset` is the character at which it gave up."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


class Tree(NamedTuple):
    """One SQL statement of a file as the parser sees it."""

    kind: str
    """"CreateStmt", "SelectStmt" …"""
    node: Node
    """Its fields; `location` counts bytes of `source`."""
    source: str
    start: int
    """Offset of the source in the file, in characters."""
    escaping: bool = False
    """Whether backslashes escape in its constants: without standard_conforming_strings."""

    def at(self, location: int) -> int:
        """Return the offset in the file of a location in the node."""
        return self.start + characters(self.source, location)


def characters(source: str, location: int) -> int:
    """Return how many characters the first bytes of a text are."""
    # Most files are, and then a byte is a character.
    if source.isascii():
        return location
    starts, surplus = _wide(source)
    return location - surplus[bisect_left(starts, location)]


@lru_cache(maxsize=4)
def _wide(source: str) -> tuple[list[int], list[int]]:
    """Return where characters of several bytes start, and by how much those before are wider."""
    starts, surplus = [], [0]
    for found in _WIDE.finditer(source):
        starts.append(found.start() + surplus[-1])
        surplus.append(surplus[-1] + len(found[0].encode(errors="replace")) - 1)
    return starts, surplus


_WIDE = re.compile(r"[^\x00-\x7f]")


def tree(source: str, start: int = 0, *, escaping: bool = False) -> list[Tree]:
    """Return the statements of a text without psql commands. Raises Unparsed."""
    return [
        Tree(kind, node, source, start, escaping)
        for statement in _parsed("escaping" if escaping else "sql", source)["stmts"]
        for kind, node in statement.get("stmt", {}).items()
    ]


@cache
def known_syntax() -> int:
    """Return the major version of PostgreSQL up to which the parser knows the syntax."""
    return int(_parsed("sql", "")["version"]) // 10_000


def expression(source: str) -> Node:
    """Return the first expression of a list of them, {} where there is none. Raises Unparsed."""
    trees = tree(f"select {source}")
    targets = trees[0].node.get("targetList", []) if trees else []
    value: Node = targets[0]["ResTarget"].get("val", {}) if targets else {}
    return value


def walk(node: Any) -> Iterator[tuple[str, Node]]:
    """Yield each node inside with its kind, or the field that holds it; outer before inner."""
    # No recursion, because a thousand selects in a `union` are deeper than Python's limit.
    stack = [node]
    while stack:
        here = stack.pop()
        inner: list[Any] = []
        if type(here) is dict:
            for key, value in here.items():
                if type(value) is dict:
                    yield key, value
                    inner.append(value)
                elif type(value) is list:
                    inner.append(value)
        else:
            inner = [value for value in here if type(value) in (dict, list)]
        inner.reverse()
        stack += inner


_PROMISES = re.compile(r"(?<=[,\[])\{\}\}(?=[,\]])")
"""What libpg_query writes for the variables of a trigger function; it is not JSON."""
_WITH_BODIES = {"CreateFunctionStmt": "options", "DoStmt": "args"}


def routine(source: str) -> list[Node]:
    """Return the body of a `create function … language plpgsql` or `do` statement, as a tree.

    Raises Unparsed.
    """
    for statement in tree(source):
        options = statement.node.get(_WITH_BODIES.get(statement.kind, ""), ())
        names = [item["DefElem"]["defname"] for item in options]
        if statement.kind in _WITH_BODIES and "as" not in names:  # the parser would abort
            raise Unparsed("it has no body", 0)
    found: list[Node] = _parsed("plpgsql", source)
    return found


def _parsed(kind: Kind, source: str) -> Any:
    try:
        answer = fence.parsed(kind, source).decode()
        return _loaded(_PROMISES.sub("{}", answer) if kind == "plpgsql" else answer)
    except Refused as error:
        # The parser counts characters here, from 1; 0 means that it does not know.
        offset = max(0, min(error.position, len(source)) - 1)
        raise Unparsed(error.reason, offset) from None


_DEEPEST = 50_000
"""Levels of a tree that is read: twice what a server with its usual limits takes."""
_TOKEN = re.compile(r'"(?>(?:[^"\\]|\\.)*)"|[][{}]|[^][{}",:\s]++')
"""Of JSON, but for commas and colons."""


def _loaded(text: str) -> Any:
    """Return what a text in JSON says, however deep it is. Raises Refused."""
    collecting = gc.isenabled()
    # A tree has no circles, and a large one is looked at again and again while it grows: that takes
    # three quarters of the time.
    gc.disable()
    try:
        # In C, and many times as fast as what follows; but it calls itself for each level.
        return json.loads(text)
    except RecursionError:
        pass
    finally:
        if collecting:
            gc.enable()
    top: list[Any] = []
    around: list[Any] = [top]
    key: str | None = None
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token in ("]", "}"):
            around.pop()
            continue
        here = around[-1]
        if key is None and type(here) is dict:
            key = json.loads(token)
            continue
        value: Any = {"{": {}, "[": []}.get(token)
        inner, value = (value is not None), json.loads(token) if value is None else value
        if key is None:
            here.append(value)
        else:
            here[key], key = value, None
        if inner:
            around.append(value)
            if len(around) > _DEEPEST:
                raise Refused(fence.DEEP)
    return top[0]


def statements(text: str) -> list[Statement]:
    """Return the SQL statements of a file; psql commands and COPY data are not among them."""
    lines = Lines(text)
    return [
        Statement(text[piece.start : piece.end], piece.start, *lines.at(piece.start))
        for piece in split(text)
        if piece.kind is not PieceKind.COMMAND
    ]
