"""Secrets that are recognised by the function or the column that they are passed to."""

import re
from collections.abc import Iterator

from pytest_schemaverify.sql.lexical import bare_name
from pytest_schemaverify.sql.patterns import pattern

from .expressions import Token, arguments, literal, tokens
from .names import secret_name
from .spans import Span, real

_BY_NAME = "a secret, by its name"
_PLAIN, _KEY, _OTHER = "a password in plain text", "an encryption key", "a secret"
_CALLS: dict[str, tuple[tuple[int, ...], str]] = {
    "create_secret": ((1,), "a secret for the vault"),
    "update_secret": ((2,), "a secret for the vault"),
    "crypt": ((1,), _PLAIN),
    "digest": ((1,), ""),
    "hmac": ((1, 2), ""),
    "sign": ((1, 2), ""),
    "verify": ((1, 2), ""),
    "encrypt": ((1, 2), ""),
    "decrypt": ((1, 2), ""),
    "encrypt_iv": ((1, 2, 3), ""),
    "decrypt_iv": ((1, 2, 3), ""),
    **{f"pgp_sym_{way}{kind}": ((1, 2), _KEY) for way in ("encrypt", "decrypt")
       for kind in ("", "_bytea")},
    **{f"pgp_pub_{way}{kind}": ((1, 2, 3), "") for way in ("encrypt", "decrypt")
       for kind in ("", "_bytea")},
}  # fmt: skip
"""Which arguments of a function are secrets, and their name, "" where they may be harmless."""
_CALL = pattern(rf"\b({'|'.join(_CALLS)})\s*\(", re.IGNORECASE)
_COLUMNS = pattern(
    r"\b(?P<verb>insert\s+into|copy)\s+(?P<table>[\w.\"]+)\s*(?:as\s+\w+\s*)?"
    r"(?:\((?P<columns>[^();']*)\)|\b(?=\s*(?:values|select|from\s+stdin)\b))",
    re.IGNORECASE,
)
_TABLE = pattern(
    r"\bcreate\s+(?:(?:temp|temporary|unlogged)\s+)?table\s+(?:if\s+not\s+exists\s+)?"
    r"(?P<table>[\w.\"]+)\s*\(",
    re.IGNORECASE,
)
_FROM = pattern(r"\s*from\s+stdin\b(?P<how>[^;\n]*);[^\n]*\n", re.IGNORECASE)
_END = pattern(r"^\\\.", re.MULTILINE)
_VIOLATED = pattern(r"\((?P<columns>[^()]{1,200})\)=\((?P<values>[^\n]{1,300}?)\)(?=\s|$)")
"""A detail of the server: `Key (token)=(x) already exists.`"""
_ROW = pattern(r"Failing row contains \((?P<row>[^\n]*)\)")
"""A detail of the server, which names no columns; it cuts long values."""
_PART = pattern(r"[^,\s][^,]*")
_TELLS_NOTHING = pattern(r"null|[tf]|[-+\d.:/ ]+")
"""Values that are no text, which help to see what is wrong with a row."""
_VALUE = pattern(r"\bvalue['\"]?\s*(?:=>?|:)\s*['\"]{1,4}(?P<value>[^'\"\n]+)", re.IGNORECASE)
_QUOTED_NAME = pattern(r"['\"]([\w.-]+)['\"]")


def called(text: str) -> Iterator[Span]:
    """Yield the secrets among the arguments of functions."""
    done = 0
    for match in _CALL().finditer(text):
        # Inside of the arguments of another call, which have been looked at.
        if match.start() < done:
            continue
        places, what = _CALLS[match[1].lower()]
        for number, (place, token) in enumerate(arguments(text, match.end())):
            done = token.until
            if token.kind == "literal" and place in places:
                certain = bool(what) and place == places[-1]
                yield from real(text, (token.start, token.end), what or _OTHER, certain=certain)
            # The bracket of a call may never close, and then the rest of the file would be its
            # arguments.
            if number > _MOST:
                break


_MOST = 200
"""Parts of a call that are looked at."""


def columns(text: str) -> Iterator[Span]:
    """Yield what goes to columns with the name of a secret: rows of INSERT and of COPY.

    Where they name no columns, those of the table count, if the text makes it.
    """
    start = 0
    made: dict[str, str] | None = None
    while match := _COLUMNS().search(text, start):
        start = match.end()
        known = match["columns"]
        if known is None:
            # Of most texts no statement needs them, and reading them takes longer than all else.
            made = _tables(text) if made is None else made
            known = made.get(bare_name(match["table"]), "")
        names = [name.strip().strip('"') for name in known.split(",")]
        wanted = {place for place, name in enumerate(names) if secret_name(name)}
        if not wanted:
            continue
        if match["verb"].lower() == "copy":
            head = _FROM().match(text, start)
            if head:
                end = _END().search(text, head.end())
                start = end.start() if end else len(text)
                yield from _copied(text, head.end(), start, head["how"], wanted)
            continue
        for token, place in _inserted(text, start):
            start = token.until
            if token.kind == "literal" and place in wanted:
                yield from real(text, (token.start, token.end), _BY_NAME)


def tables(text: str, part: str) -> str:
    """Return how a text makes the tables that a part of it fills without naming columns."""
    filled = {
        bare_name(match["table"]) for match in _COLUMNS().finditer(part) if not match["columns"]
    }
    made = _tables(text) if filled else {}
    return "".join(f"create table {name} ({made[name]});\n" for name in filled & made.keys())


def _tables(text: str) -> dict[str, str]:
    """Return the columns of the tables that a text makes, separated by commas."""
    found, done = {}, 0
    for match in _TABLE().finditer(text):
        if match.start() < done:  # inside of one whose bracket is never closed
            continue
        names, expected = [], True
        for token in tokens(text, match.end()):
            done = token.until
            if token.depth < 0:
                break
            if expected and token.kind == "name":
                names.append(token.text)
            expected = (token.depth == 0 and token.text == ",") or (
                expected and token.kind == "space"
            )
        found[bare_name(match["table"])] = ", ".join(names)
    return found


def _inserted(text: str, start: int) -> Iterator[tuple[Token, int]]:
    """Yield what an INSERT has behind its columns, each with the number of its column."""
    place, base = 0, 0
    for token in tokens(text, start):
        word = token.text.lower() if token.kind == "name" else ""
        if token.depth < 0 or (token.kind == "other" and token.text == ";"):
            return
        if token.depth == 0 and word in ("from", "returning", "on", "where", "union"):
            return
        if word == "values":
            base = 1
        if word == "select" or (base and token.depth == 0 and token.text == "("):
            place = 0
        elif token.kind == "other" and token.text == "," and token.depth == base:
            place += 1
        yield token, place


def _copied(text: str, start: int, end: int, how: str, wanted: set[int]) -> Iterator[Span]:
    mark = "," if "csv" in how.lower() else "\t"
    while start < end:
        line = text.find("\n", start, end)
        line = end if line < 0 else line
        at = start
        for place, field in enumerate(text[start:line].split(mark)):
            # This is NULL in the text format.
            if place in wanted and field != r"\N":
                yield from real(text, (at, at + len(field.rstrip("\r"))), _BY_NAME)
            at += len(field) + 1
        start = line + 1


def opening(text: str, start: int) -> str:
    """Return the line that says to which columns the rows at a place go; "" where there is none."""
    copied = max(text.rfind(form, 0, start) for form in ("from stdin", "FROM stdin", "FROM STDIN"))
    if copied >= 0 and text.find("\n\\.", copied, start) < 0:
        first, last = text.rfind("\n", 0, copied) + 1, text.find("\n", copied) + 1
        return text[first:last] if last <= start else ""
    inserted = max(text.rfind(form, 0, start) for form in ("insert into", "INSERT INTO"))
    match = _COLUMNS().match(text, inserted) if inserted >= 0 else None
    if match and text.find(";\n", match.end(), start) < 0:
        listed = match["columns"]
        listed = _tables(text).get(bare_name(match["table"]), "") if listed is None else listed
        return f"insert into t ({listed}) values\n"
    return ""


_ROLE = pattern(r"\b(?:role|user)\s+[\w.\"-]+\s(?:[^;'\n]{0,200}\s)?pas\w*\s+(?=')", re.IGNORECASE)
_ALIAS = pattern(r"\bas\s+\"?(?P<name>\w+)")
_BEFORE = pattern(
    r"(?P<quote>'{1,2})(?P<literal>[^'\n]{1,200})(?P=quote)(?:\s*::\s*[\w. \[\]]{1,60})?\s*\Z"
)


def of_roles(text: str) -> Iterator[Span]:
    """Yield the passwords of roles, however their keyword is spelled."""
    for match in _ROLE().finditer(text):
        span = literal(text, match.end())
        if span:
            yield from real(text, span, "a password of a role")


def aliased(text: str) -> Iterator[Span]:
    """Yield literals that a query returns under the name of a secret."""
    for match in _ALIAS().finditer(text):
        if secret_name(match["name"]):
            # As far back as the pattern can reach: 200 characters of a literal, 60 of a type, the
            # signs.
            front = max(0, match.start() - 300)
            found = _BEFORE().search(text[front : match.start()])
            if found:
                start, end = found.span("literal")
                yield from real(text, (front + start, front + end), _BY_NAME)


def named_nearby(text: str) -> Iterator[Span]:
    """Yield secrets whose names stand before or behind them, as in messages of the server."""
    for match in _VIOLATED().finditer(text):
        if any(secret_name(name.strip(' "')) for name in match["columns"].split(",")):
            yield Span(*match.span("values"), _BY_NAME, certain=False)
    for match in _ROW().finditer(text):
        for part in _PART().finditer(text, *match.span("row")):
            if not _TELLS_NOTHING().fullmatch(part[0]):
                yield Span(*part.span(), "a value of a row", certain=False)
    for match in _VALUE().finditer(text):
        start, end = match.span("value")
        front = text[max(0, match.start() - 200) : match.start()].rpartition(";")[2]
        behind = text[end : end + 200].partition(";")[0]
        near = _QUOTED_NAME().findall(front + " " + behind[1:])
        if any(map(secret_name, near)):
            yield from real(text, (start, end), _BY_NAME)
