"""The position in a file that an error or notice of the server is about.

https://www.postgresql.org/docs/current/protocol-error-fields.html says what each field means.
"""

import re
from functools import lru_cache

from psycopg.errors import Diagnostic

from pytest_schemaverify.sql.lexical import DOLLAR, bare_name
from pytest_schemaverify.sql.positions import lines
from pytest_schemaverify.sql.split import Piece, split

# Lines of the field `context`. They are translated with lc_messages, which servers of ours leave
# at C; for another language there is still the statement's own place.
_FRAME = re.compile(r"^PL/\w+ function (?P<name>.+?)(?:\(.*\))? line (?P<line>\d+)\b")
_COPY_LINE = re.compile(r"^COPY .+?, line (?P<line>\d+)")
_BODY = re.compile(rf"{DOLLAR}|\bas\s+(?:e|u&)?'", re.IGNORECASE)
_QUOTED = re.compile(r'"(?P<name>[^"]+)"')
_ROUTINE = re.compile(
    r"create\s+(?:or\s+replace\s+)?(?:function|procedure)\s+(?P<name>[^\s(]+)", re.IGNORECASE
)


def offset(text: str, failed: Piece | None, sent_from: int, diag: Diagnostic) -> int:
    """Return the offset in `text` that the server's diagnosis points to.

    `failed` is the statement that did not complete, if that is known; `sent_from` is the offset
    of the first character of what was sent, from which the server counts.
    """
    # From 1, and in characters, not bytes.
    if diag.statement_position:
        return sent_from + int(diag.statement_position) - 1
    if failed is None:
        return sent_from
    if in_data := _COPY_LINE.search(diag.context or ""):
        return _line_start(text, failed.data, int(in_data["line"]))
    in_body = _in_body(text, failed, diag.context or "")
    in_query = _in_query(text, failed, in_body, diag)
    # The most exact first: a character, a line of a body, a name that occurs once.
    places = (in_query, in_body, _by_name(text, failed, diag))
    return next((at for at in places if at is not None), failed.start)


def _in_body(text: str, failed: Piece, context: str) -> int | None:
    """Return the line of the innermost function or DO block whose text is in this file."""
    for line in context.splitlines():
        if not (found := _FRAME.match(line)):
            continue
        if found["name"] == "inline_code_block":
            owner: Piece | None = failed
        else:
            owner = _definition(text, failed, found["name"])
        body = _BODY.search(text, owner.start, owner.end) if owner else None
        if body:
            # PL/pgSQL's line 1 is the one on which the body's quote opens.
            return _line_start(text, body.end(), int(found["line"]))
    return None


def _definition(text: str, failed: Piece, name: str) -> Piece | None:
    """Return the last statement up to the failed one that creates the function.

    A file may replace a function that it has defined; what ran is the definition before.
    """
    found = [
        one for one in _definitions(text).get(bare_name(name), ()) if one.start <= failed.start
    ]
    return found[-1] if found else None


# Thousands of notices of one file ask in turn, of which the server tells one by one: without the
# cache each of them split the file again.
@lru_cache(maxsize=2)
def _definitions(text: str) -> dict[str, list[Piece]]:
    """Return the statements that create functions, by their names; each notice asks for one."""
    found: dict[str, list[Piece]] = {}
    for piece in split(text):
        if created := _ROUTINE.match(text, piece.start, piece.end):
            found.setdefault(bare_name(created["name"]), []).append(piece)
    return found


def _in_query(text: str, failed: Piece, in_body: int | None, diag: Diagnostic) -> int | None:
    """Return the position inside a query that a function ran; None if its text is not here."""
    query, position = diag.internal_query, diag.internal_position
    if not query or not position:
        return None
    if in_body is not None:
        start = text.find(query, text.rfind("\n", 0, in_body) + 1)
    else:
        start = text.find(query, failed.start, failed.end)
    return start + int(position) - 1 if start >= 0 else None


def _by_name(text: str, failed: Piece, diag: Diagnostic) -> int | None:
    """Return the place of the name in the message, if the statement has it just once.

    Errors about objects that exist already, or do not, come without a position. Class 42 is
    "Syntax Error or Access Rule Violation": https://www.postgresql.org/docs/current/errcodes-appendix.html
    """
    named = _QUOTED.search(diag.message_primary or "")
    if not named or not (diag.sqlstate or "").startswith("42"):
        return None
    name = re.escape(named["name"].rpartition(".")[2])
    places = [
        found.start()
        for found in re.finditer(rf"(?<![\w$]){name}(?![\w$])", text[failed.start : failed.end])
    ]
    return failed.start + places[0] if len(places) == 1 else None


def _line_start(text: str, start: int, number: int) -> int:
    """Return the first character that is no space in the `number`-th line counted from `start`."""
    begin = start
    if number > 1:
        begin = lines(text).offset(lines(text).at(start).line + number - 1)
    while begin < len(text) and text[begin] in " \t":
        begin += 1
    return begin
