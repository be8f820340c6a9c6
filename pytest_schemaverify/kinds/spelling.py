"""Types, expressions and queries as a reader would write them, and not as the server prints them.

The server adds brackets, types of literals, names of columns and schemas that nobody writes. What
these functions return is proposed only: it is written where the server takes it for the same.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from pytest_schemaverify.kinds.form import ABSENT, Look
from pytest_schemaverify.sql.tokens import spans


class _Piece(NamedTuple):
    """A token with the white space in front of it."""

    text: str
    space: str
    kind: str


def type_of(text: str, look: Look) -> str:
    """Return a type by its usual name: `varchar(80)`, `timestamptz`; `public.` is left out."""
    for pattern, usual in _TYPES:
        text = pattern.sub(usual, text)
    schemas = {look.schema, *(row.schema for row in look.catalog.families["extensions"].values())}
    return "".join(
        piece.space + piece.text for piece in _without_schemas(_pieces(text), frozenset(schemas))
    )


_TYPES = [
    (re.compile(pattern), usual)
    for pattern, usual in (
        (r"\btimestamp(\(\d\))? with time zone\b", r"timestamptz\1"),
        (r"\btimestamp(\(\d\))? without time zone\b", r"timestamp\1"),
        (r"\btime(\(\d\))? with time zone\b", r"timetz\1"),
        (r"\btime(\(\d\))? without time zone\b", r"time\1"),
        (r"\bcharacter varying\b", "varchar"),
        (r"\bbit varying\b", "varbit"),
        (r"\bcharacter\(", "char("),
    )
]


def expression(value: Any, look: Look) -> Any:
    """Return an expression without what the server adds, on one line."""
    if value == ABSENT or not isinstance(value, str):
        return value
    pieces = _without_brackets(_plain(value, look))
    return "".join((" " if piece.space else "") + piece.text for piece in pieces).strip()


def query(value: Any, look: Look) -> Any:
    """Return a query without what the server adds, in the lines that it prints."""
    if value == ABSENT or not isinstance(value, str):
        return value
    pieces = _plain(value.strip().rstrip(";"), look)
    lines = "".join(piece.space + piece.text for piece in pieces).strip().splitlines()
    # The server indents the clauses by what their longest word needs.
    margin = min((len(one) - len(one.lstrip()) for one in lines[1:] if one.strip()), default=0)
    return "\n".join([line.rstrip() for line in (lines[0], *(one[margin:] for one in lines[1:]))])


def _plain(text: str, look: Look) -> list[_Piece]:
    pieces = _without_schemas(_pieces(text), frozenset({look.schema}))
    for change in (_without_types, _without_aliases, _words, _lists, _closer):
        pieces = change(pieces)
    return pieces


def _pieces(text: str) -> list[_Piece]:
    found, last = [], 0
    for token, start, end in spans(text):
        found.append(_Piece(token.text, text[last:start], token.kind))
        last = end
    return found


def _without_schemas(pieces: list[_Piece], schemas: frozenset[str]) -> list[_Piece]:
    kept: list[_Piece] = []
    space: str | None = None
    skip = False
    for piece, after in pairwise([*pieces, _Piece("", "", "")]):
        if skip:
            skip = False
            continue
        if piece.text in schemas and after.text == "." and (not kept or kept[-1].text != "."):
            space, skip = piece.space, True
            continue
        kept.append(piece if space is None else piece._replace(space=space))
        space = None
    return kept


_NUMBER = re.compile(r"'-?\d+(?:\.\d+)?'")
_NUMERIC = frozenset({"integer", "bigint", "smallint", "numeric", "real", "double"})


def _without_types(pieces: list[_Piece]) -> list[_Piece]:
    """Leave out the types that the server prints behind constants."""
    kept: list[_Piece] = []
    at = 0
    while at < len(pieces):
        piece, end = pieces[at], at + 1
        constant = piece.kind == "string" or piece.text == "null"
        if constant and _text(pieces, at + 1) == "::":
            end = _type_end(pieces, at + 2)
            named = _text(pieces, at + 2)
            if named == "interval" and end == at + 3:
                kept.append(_Piece("interval", piece.space, "name"))
                piece = piece._replace(space=" ")
            elif named in _NUMERIC and _NUMBER.fullmatch(piece.text):
                piece = piece._replace(text=piece.text.strip("'"), kind="number")
        kept.append(piece)
        at = end
    return kept


def _type_end(pieces: Sequence[_Piece], at: int) -> int:
    """Return where a type ends that begins at a token."""
    at += 1
    while _text(pieces, at) == ".":
        at += 2
    # The server's own types of several words.
    words = ("varying", "precision", "with", "without", "time", "zone")
    while _text(pieces, at) in words:
        at += 1
    if _text(pieces, at) == "(" and not pieces[at].space:
        at = _close(pieces, at) + 1
    while _text(pieces, at) in words:
        at += 1
    while _text(pieces, at) == "[":
        at += 2
    return at


def _without_aliases(pieces: list[_Piece]) -> list[_Piece]:
    """Leave out the names that the server gives to the only column of a query."""
    kept: list[_Piece] = []
    skip = 0
    for at, piece in enumerate(pieces):
        if skip:
            skip -= 1
        elif piece.text == "as" and _text(pieces, at + 2) == ")" and _text(pieces, at - 1) == ")":
            opened = _open(pieces, at - 1)
            if _text(pieces, opened - 1) == _text(pieces, at + 1):
                skip = 1
            else:
                kept.append(piece)
        else:
            kept.append(piece)
    return kept


_OPERATORS = {"~~": "like", "!~~": "not like", "~~*": "ilike", "!~~*": "not ilike"}


def _words(pieces: list[_Piece]) -> list[_Piece]:
    return [piece._replace(text=_OPERATORS.get(piece.text, piece.text)) for piece in pieces]


def _lists(pieces: list[_Piece]) -> list[_Piece]:
    """Write `= any (array[…])` as `in (…)`, and its opposite as `not in (…)`."""
    kept: list[_Piece] = []
    at = 0
    while at < len(pieces):
        found = _LISTS.get(tuple(_text(pieces, at + n) for n in range(5)))
        close = _close(pieces, at + 2) if found else 0
        if found and _text(pieces, close - 1) == "]":
            inner = pieces[at + 5 : close - 1]
            kept += [_Piece(word, " ", "name") for word in found.split()]
            kept += [_Piece("(", " ", "sign"), *inner, _Piece(")", "", "sign")]
            at = close + 1
        else:
            kept.append(pieces[at])
            at += 1
    return kept


_LISTS: Mapping[tuple[str, ...], str] = {
    ("=", "any", "(", "array", "["): "in",
    ("<>", "all", "(", "array", "["): "not in",
}


def _closer(pieces: list[_Piece]) -> list[_Piece]:
    """Write `(select …)` without a blank behind the bracket."""
    return [
        piece._replace(space="") if before.text == "(" and "\n" not in piece.space else piece
        for before, piece in pairwise([_Piece("", "", ""), *pieces])
    ]


_BEFORE = frozenset({"", "(", "and", "or", "where", "when", "on"})
_AFTER = frozenset({"", ")", "and", "or", "then", "group", "order", "limit"})
_CASTING = _BEFORE | {"not", "then", "else", "select", "case", "in", "by", "between"}
"""Words in front of a value that is cast, where others are the name of a function."""
_JOINING = frozenset({"and", "or", "not", "select", "between", "values", ","})


def _without_brackets(pieces: list[_Piece]) -> list[_Piece]:
    """Leave out the brackets around the whole, around brackets, and around what `and` joins."""
    at = 0
    while at < len(pieces):
        if pieces[at].text == "(" and _needless(pieces, at, _close(pieces, at)):
            close = _close(pieces, at)
            inner = pieces[at + 1 : close]
            inner[:1] = [inner[0]._replace(space=pieces[at].space)]
            pieces = [*pieces[:at], *inner, *pieces[close + 1 :]]
            at = max(0, at - 1)
        else:
            at += 1
    return pieces


def _needless(pieces: Sequence[_Piece], start: int, close: int) -> bool:
    if close >= len(pieces) or close == start + 1:
        return False
    before, after = _text(pieces, start - 1), _text(pieces, close + 1)
    whole = not before and not after
    if whole:
        return _text(pieces, start + 1) != "select"
    if before == "(" and after == ")" and _close(pieces, start - 1) == close + 1:
        return True
    if after == "::" and (before in _CASTING or pieces[start - 1].kind not in ("name", "quoted")):
        return _is_value(pieces, start + 1, close)
    if before not in _BEFORE or after not in _AFTER:
        return False
    # The bracket of a call, `f(`, has a name before it, which is none of these words.
    return _JOINING.isdisjoint(_outside(pieces, start + 1, close))


def _is_value(pieces: Sequence[_Piece], start: int, end: int) -> bool:
    """Return whether a part is the name of a column or one call of a function."""
    at = start + 1
    while _text(pieces, at) == ".":
        at += 2
    if _text(pieces, at) == "(" and not pieces[at].space:
        at = _close(pieces, at) + 1
    return pieces[start].kind in ("name", "quoted") and at == end


def _outside(pieces: Sequence[_Piece], start: int, end: int) -> list[str]:
    """Return the tokens of a part that are in no brackets within it."""
    depth, found = 0, []
    for piece in pieces[start:end]:
        depth -= piece.text in (")", "]")
        if not depth:
            found.append(piece.text)
        depth += piece.text in ("(", "[")
    return found


def _text(pieces: Sequence[_Piece], at: int) -> str:
    return pieces[at].text if 0 <= at < len(pieces) else ""


def _close(pieces: Sequence[_Piece], at: int) -> int:
    depth = 0
    for place in range(at, len(pieces)):
        depth += (pieces[place].text == "(") - (pieces[place].text == ")")
        if not depth:
            return place
    return len(pieces)


def _open(pieces: Sequence[_Piece], at: int) -> int:
    depth = 0
    for place in range(at, -1, -1):
        depth += (pieces[place].text == ")") - (pieces[place].text == "(")
        if not depth:
            return place
    return -1
