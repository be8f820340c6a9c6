"""SQL as libpg_query understands it.

The only module that knows the parser, and that loads it only when there is something to parse.
The parser names what a statement is; it never decides where one ends (`split` does), so a server
newer than the parser is no problem: what it cannot parse has the kind "".
"""

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_schemaverify.migrations.positions import Lines
from pytest_schemaverify.migrations.split import PieceKind, split

if TYPE_CHECKING:
    from postgast import PgQueryError


class Statement(NamedTuple):
    """One SQL statement of a file, without its semicolon."""

    text: str
    offset: int
    """Of its first character, counted in characters from the start of the file's text."""
    line: int
    column: int
    kind: str
    """What libpg_query calls it: "create_stmt", "do_stmt", "index_stmt" …; "" if unparsed."""


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

    def at(self, location: int) -> int:
        """Return the offset in the file of a location in the node."""
        return self.start + characters(self.source, location)


def characters(source: str, location: int) -> int:
    """Return how many characters the first bytes of a text are."""
    if source.isascii():
        return location
    return len(source.encode()[:location].decode(errors="ignore"))


def tree(source: str, start: int = 0) -> list[Tree]:
    """Return the statements of a text without psql commands. Raises Unparsed."""
    from postgast.errors import PgQueryError, check_error
    from postgast.native import lib

    result = lib.pg_query_parse(source.encode())
    try:
        try:
            check_error(result)
        except PgQueryError as error:
            raise _unparsed(source, error) from None
        parsed = json.loads(result.parse_tree)
    finally:
        lib.pg_query_free_parse_result(result)
    return [
        Tree(kind, node, source, start)
        for statement in parsed["stmts"]
        for kind, node in statement.get("stmt", {}).items()
    ]


def expression(source: str) -> Node:
    """Return the first expression of a list of them, {} where there is none. Raises Unparsed."""
    trees = tree(f"select {source}")
    targets = trees[0].node.get("targetList", []) if trees else []
    value: Node = targets[0]["ResTarget"].get("val", {}) if targets else {}
    return value


_PROMISES = re.compile(r"(?<=[,\[])\{\}\}(?=[,\]])")
"""What libpg_query writes for the variables of a trigger function; it is not JSON."""


def routine(source: str) -> list[Node]:
    """Return the body of a `create function … language plpgsql` or `do` statement, as a tree.

    Raises Unparsed.
    """
    from postgast.errors import PgQueryError, check_error
    from postgast.native import lib

    result = lib.pg_query_parse_plpgsql(source.encode())
    try:
        try:
            check_error(result)
        except PgQueryError as error:
            raise _unparsed(source, error) from None
        found: list[Node] = json.loads(_PROMISES.sub("{}", result.plpgsql_funcs.decode()))
    finally:
        lib.pg_query_free_plpgsql_parse_result(result)
    return found


def _unparsed(source: str, error: "PgQueryError") -> Unparsed:
    # The parser counts characters here, from 1; 0 means that it does not know.
    return Unparsed(str(error).splitlines()[0], max(0, min(error.cursorpos, len(source)) - 1))


def statements(text: str) -> list[Statement]:
    """Return the SQL statements of a file; psql commands and COPY data are not among them."""
    lines = Lines(text)
    pieces = [piece for piece in split(text) if piece.kind is not PieceKind.COMMAND]
    sources = [text[piece.start : piece.end] for piece in pieces]
    return [
        Statement(source, piece.start, *lines.at(piece.start), kind)
        for piece, source, kind in zip(pieces, sources, _kinds(sources), strict=True)
    ]


def _kinds(sources: list[str]) -> list[str]:
    """Return the kind of each statement: one call for all, one each if that does not parse."""
    from postgast import PgQueryError, parse

    try:
        parsed = parse(";\n".join(sources)).stmts
    except PgQueryError:
        return [_kind(source) for source in sources] if len(sources) > 1 else [""] * len(sources)
    if len(parsed) != len(sources):
        return [_kind(source) for source in sources]
    return [statement.stmt.WhichOneof("node") or "" for statement in parsed]


def _kind(source: str) -> str:
    from postgast import PgQueryError, parse

    try:
        parsed = parse(source).stmts
    except PgQueryError:
        return ""
    return (parsed[0].stmt.WhichOneof("node") or "") if len(parsed) == 1 else ""
