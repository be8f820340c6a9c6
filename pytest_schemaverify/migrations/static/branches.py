"""Statements of a block of which only one takes effect: those of branches, and of handlers."""

from collections.abc import Iterator
from typing import Any

from pytest_schemaverify.migrations.static.bodies import Body
from pytest_schemaverify.migrations.static.places import Place
from pytest_schemaverify.migrations.static.simple_bodies import routine
from pytest_schemaverify.sql import statements as sql
from pytest_schemaverify.sql.statements import Unparsed

Way = tuple[Any, ...]
"""The way from a block to a part of it, innermost step first: (step, (step, …))."""

_ALTERNATIVES = (
    frozenset({"then_body", "elsif_list", "else_body"}),
    frozenset({"case_when_list", "else_stmts"}),
    # What a block has done is undone before its handler runs.
    frozenset({"body", "exceptions"}),
)
"""Parts of one statement of which one is carried out, or lasts."""
_LISTS = frozenset({"elsif_list", "case_when_list", "exc_list"})
"""Lists of such parts."""


def within(block: Body, first: Place, second: Place) -> bool:
    """Return whether only one of the statements at two places in a block takes effect."""
    if first.migration is not second.migration:
        return False
    start, behind = block.tree.start, block.tree.start + len(block.tree.source)
    return start <= first.offset < behind and _exclusive(block, first.offset, second.offset)


def _exclusive(block: Body, first: int, second: int) -> bool:
    try:
        parsed = routine(block.tree.source)
    except Unparsed:
        return False
    ways: dict[int, Way] = {}
    text = block.place.migration.text
    for line, query, way in _queries(parsed):
        start = text.find(query, block.line(line))
        for offset in (first, second):
            if start >= 0 and start <= offset < start + len(query):
                ways.setdefault(offset, way)
    return len(ways) == 2 and _part(ways[first], ways[second])


def _part(one: Way, other: Way) -> bool:
    """Return whether two ways part where one of several is taken."""
    before = ""
    for here, there in zip(_steps(one), _steps(other), strict=False):
        if here != there:
            return before in _LISTS or any({here, there} <= group for group in _ALTERNATIVES)
        before = here
    return False


def _steps(way: Way) -> list[Any]:
    steps = []
    while way:
        step, way = way
        steps.append(step)
    return steps[::-1]


def _queries(parsed: list[sql.Node]) -> Iterator[tuple[int, str, Way]]:
    """Yield line, text and way of each statement, also of one that EXECUTE has as a text."""
    # No recursion: blocks can be nested deeper than Python's stack.
    stack: list[tuple[Any, int, Way]] = [(parsed, 1, ())]
    while stack:
        node, line, way = stack.pop()
        if type(node) is list:
            stack.extend((item, line, (index, way)) for index, item in enumerate(node))
        elif type(node) is dict and type(node.get("query")) is str:
            # Of expressions only those of EXECUTE: `c` would be found in `create`.
            if not node.get("parseMode") or way[1][0] in ("query", "dynquery"):
                yield line, node["query"], way
        elif type(node) is dict:
            line = node.get("lineno", line)
            stack.extend((part, line, (key, way)) for key, part in node.items())
