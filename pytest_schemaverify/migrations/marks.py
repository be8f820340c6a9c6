"""Where a statement stands, said to the server in front of it, for what notes its changes.

`set` and not set_config(): nothing may be queried before `set transaction …`.
"""

import re

from pytest_schemaverify.migrations.psql_commands import Source
from pytest_schemaverify.sql.positions import lines
from pytest_schemaverify.sql.split import Piece

_GRANTING = re.compile(r"(?:grant|revoke)\b", re.IGNORECASE)
_ON = re.compile(r"\bon\s+(.+?)\s+(?:to|from)\b", re.IGNORECASE | re.DOTALL)
_ALL = re.compile(r"all\s+\w+\s+in\s+schema\b", re.IGNORECASE)

_WORD = r"[\w$]+|\"[\w$ -]+\""


def mark(number: int, source: Source, piece: Piece) -> str:
    """Return the statement that says file and line, and on what something is granted.

    Without these names all tables are looked at, which takes longer.
    """
    said = f"{number}:{lines(source.text).at(piece.start).line}"
    if _GRANTING.match(source.text, piece.start):
        said += _granted(source.text[piece.start : piece.end])
    return f"set schemaverify.at = '{said}'"


def _granted(statement: str) -> str:
    on = _ON.search(statement)
    if on is not None and _ALL.match(on[1]):
        return ":all"
    # A quoted name may hold anything, and one beyond ASCII is not folded as Python does it.
    if on is None or not re.fullmatch(r"(?:[\w$.,()\[\]\s]|\"[\w$ -]+\")+", on[1], re.ASCII):
        return ""
    columns = "columns" if "(" in statement[: on.start()] else ""
    found = re.findall(_WORD, on[1])
    words = dict.fromkeys(one.strip('"') if one[0] == '"' else one.lower() for one in found)
    return f":{columns}:{','.join(words)}"


def marked(number: int, source: Source) -> tuple[str, dict[int, int]]:
    """Return a text with a mark in front of each statement but the first.

    Also returns by how many characters that moves each statement, by where it starts. It stays one
    message, and a statement that is alone in it remains so.
    """
    parts: list[str] = []
    moved: dict[int, int] = {}
    position = by = 0
    for piece in source.pieces[1:]:
        said = f"{mark(number, source, piece)}; "
        by += len(said)
        moved[piece.start] = by
        parts += source.text[position : piece.start], said
        position = piece.start
    return "".join([*parts, source.text[position:]]), moved
