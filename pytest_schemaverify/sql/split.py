"""A SQL file taken apart the way psql takes it apart, without parsing it.

psql's rules (its scanner `psqlscan.l`) are the ones that migration files are written for: a
statement ends at a semicolon outside quotes, comments, parentheses and `begin atomic` bodies; a
backslash outside those starts a command to psql itself, up to the next backslash; the lines after
`copy … from stdin;` are data. No grammar is involved, so syntax that is newer than this package
splits as well.
"""

import re
from enum import Enum
from functools import partial
from typing import NamedTuple

from pytest_schemaverify.sql.lexical import ESCAPED, STRING, behind, skip_blank, stopping
from pytest_schemaverify.sql.patterns import pattern


class PieceKind(Enum):
    """What a piece of a file is."""

    SQL = "sql"
    COPY = "copy"
    COMMAND = "command"


class Piece(NamedTuple):
    """One statement or psql command; offsets are characters in the file's text.

    `end` is behind the last character, before the semicolon. For COPY, `data` is where the rows
    begin and `data_end` is behind the last one's line end.
    """

    kind: PieceKind
    start: int
    end: int
    data: int = 0
    data_end: int = 0


_STOPS = r"""
    (?P<stop>;) | (?P<up>\() | (?P<down>\)) | (?P<begin>begin) | (?P<case>case) | (?P<close>end)
    | (?P<command>\\)
    """
_TOKENS = partial(stopping, _STOPS, signs="\\;()", words=r"(?<!\.)(?:begin|case|end)")
"""Behind a dot `case` and `end` are names of columns."""
_COMMAND = pattern(
    r"""
    \\ (?: ;
         | (?: !|(?i:copy)|e[fv]|h|help|s[fv]\+? ) (?>(?: [ \t][^\n]*+ )?) (?= \n|\Z )
         | [^\s\\]++ [ \t]++ \| [^\n]*+
         | [^\s\\]*+ (?>(?: '(?>(?:[^'\\\n]++|\\[^\n]|'')*)' | "[^"\n]*+" | `[^`\n]*+`
                       | ['"`][^\n]*+ | [^\\\n'"`]++ )*) (?>(?: \\\\ )?) )
    """,
    re.VERBOSE,
)
r"""A command of psql: up to the next backslash outside quotes, of which two only separate.

Some take the whole line, and `\;` is a semicolon behind which psql reads on before it sends.
"""
_ATOMIC = re.compile(r"atomic(?![\w$])", re.IGNORECASE)
_QUOTING = pattern(
    r"(?:set(?:\s+(?:session|local))?\s+|reset\s+|select\s+(?:pg_catalog\.)?set_config\s*\(\s*')"
    r"standard_conforming_strings(?:'\s*,\s*'|\s*=\s*'?|\s+to\s+'?|\b)(?P<value>\w*)",
    re.IGNORECASE,
)
# The server takes any beginning of `off`, `false` and `no` that is one of them alone.
_OFF = re.compile(r"(?:off?|f(?:alse?|als?|al?|a)?|no?|0)\Z", re.IGNORECASE)
_PARENTHESES: dict[str | None, int] = {"up": 1, "down": -1}
# `case` ends with `end` as well, so psql counts it inside of a body.
_BODIES: dict[str | None, int] = {"case": 1, "close": -1}
# The grammar takes both words in both directions. `copy (select …)` only ever writes.
_FROM_STDIN = pattern(r"copy\b(?!\s*\().*?\bfrom\s+(?:stdin|stdout)\b", re.IGNORECASE | re.DOTALL)


def split(text: str) -> list[Piece]:
    """Return the statements and psql commands of a file, in order."""
    pieces: list[Piece] = []
    position, token = skip_blank(text, 0), _TOKENS(constant=STRING)
    while position < len(text):
        if text[position] == ";":
            position += 1
        elif text[position] == "\\":
            end = _command_end(text, position)
            pieces.append(Piece(PieceKind.COMMAND, position, end))
            position = end
        else:
            piece, position = _statement(text, position, token)
            pieces.append(piece)
            if (standard := quoting(text, piece)) is not None:
                token = _TOKENS(constant=STRING if standard else ESCAPED)
        position = skip_blank(text, position)
    return pieces


def quoting(text: str, piece: Piece) -> bool | None:
    """Return whether backslashes are plain characters from then on; None where nothing changes.

    https://www.postgresql.org/docs/current/runtime-config-compatible.html
    """
    said = _QUOTING().match(text, piece.start, piece.end)
    # `reset` has no value and goes back to the default, which is on.
    return None if said is None else not _OFF.match(said["value"])


def _statement(text: str, start: int, tokens: re.Pattern[str]) -> tuple[Piece, int]:
    """Return the statement that starts at `start` and where to go on."""
    stop = _statement_end(text, start, tokens)
    end = start + len(text[start:stop].rstrip())
    after = stop + 1 if text.startswith(";", stop) else stop
    if _FROM_STDIN().match(text, start, end):
        data = _line_end(text, after) + 1
        data_end, after = _copy_data(text, data)
        return Piece(PieceKind.COPY, start, end, min(data, data_end), data_end), after
    return Piece(PieceKind.SQL, start, end), after


def _statement_end(text: str, position: int, tokens: re.Pattern[str]) -> int:
    """Return the offset of the semicolon, the psql command or the end behind the statement."""
    parentheses = bodies = 0
    while token := tokens.match(text, position):
        kind = token.lastgroup
        # Below zero, too, because psql counts no bracket that closes too much.
        if kind == "command" or (kind == "stop" and parentheses <= 0 and bodies == 0):
            return token.start(kind)
        parentheses += _PARENTHESES.get(kind, 0)
        position = behind(text, token)
        if kind == "begin":
            # A plain `begin` starts a transaction, and its semicolon ends it. Comments may stand in
            # between.
            bodies += _ATOMIC.match(text, skip_blank(text, position)) is not None
        elif bodies:
            bodies += _BODIES.get(kind, 0)
    return len(text)


def _command_end(text: str, position: int) -> int:
    """Return the offset behind a command and its arguments."""
    command = _COMMAND().match(text, position)
    assert command is not None  # a backslash alone is one
    return command.end()


def _line_end(text: str, position: int) -> int:
    """Return the offset of the next line end, or the end of the text."""
    end = text.find("\n", position)
    return end if end >= 0 else len(text)


def _copy_data(text: str, start: int) -> tuple[int, int]:
    r"""Return where the data ends and where SQL goes on behind the line `\.`."""
    position = start - 1
    while (position := text.find("\n\\.", position)) >= 0:
        end = _line_end(text, position + 1)
        # A row may begin with a backslash and a dot; alone in its line it ends the data.
        if not text[position + 3 : end].strip():
            return position + 1, end
        position += 1
    return len(text), len(text)
