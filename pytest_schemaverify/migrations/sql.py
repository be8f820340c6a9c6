"""SQL as libpg_query understands it. The only module that knows the parser.

The parser names what a statement is; it never decides where one ends (`split` does), so a server
newer than the parser is no problem: what it cannot parse has the kind "".
"""

from typing import NamedTuple

import postgast

from pytest_schemaverify.migrations.positions import Lines
from pytest_schemaverify.migrations.split import PieceKind, split


class Statement(NamedTuple):
    """One SQL statement of a file, without its semicolon."""

    text: str
    offset: int
    """Of its first character, counted in characters from the start of the file's text."""
    line: int
    column: int
    kind: str
    """What libpg_query calls it: "create_stmt", "do_stmt", "index_stmt" …; "" if unparsed."""


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
    try:
        parsed = postgast.parse(";\n".join(sources)).stmts
    except postgast.PgQueryError:
        return [_kind(source) for source in sources] if len(sources) > 1 else [""] * len(sources)
    if len(parsed) != len(sources):
        return [_kind(source) for source in sources]
    return [statement.stmt.WhichOneof("node") or "" for statement in parsed]


def _kind(source: str) -> str:
    try:
        parsed = postgast.parse(source).stmts
    except postgast.PgQueryError:
        return ""
    return (parsed[0].stmt.WhichOneof("node") or "") if len(parsed) == 1 else ""
