"""Secrets that are known by the name in front of them."""

import re
from collections.abc import Iterator

from pytest_schemaverify.sql.patterns import pattern

from .expressions import literal, literals
from .names import secret_name, stems
from .spans import Span, mixed, real

_BY_NAME, _SET = "a secret, by its name", "a secret that is set"
_BEFORE = pattern(r"[\w.-]{0,40}$")
_NAME = pattern(r"\w{0,80}+")
_SIGN = pattern(
    r"""
      (?P<filled> \s*+ (?: (?: = | :=? | \bto\b ) \s*+ )? '*+ (?: %(?:\d+\$)?[sIL]? | \$\d+ )
          [^'\n]{0,300} '++ \s*+ (?= , | using\b )
        | \s*+ (?: (?: = | :=? ) \s*+ )? '++ \s*+ (?= \|\| ) )
    | (?P<closed> [\\"'`\])}]{0,4} ) (?: \s*::\s*\w+ )? \s*
      (?P<sign> => | := | == | = | <> | != | : (?!:) (?! (?<=[\s\w]:) ' ) | , | \|\|
        | \b(?:to|in|is|default)\b | > (?= [^<>\s] [^<>\n]* </ ) | )
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What is between a name and its value; `filled`: the end of a text that others are put into."""
_DECLARED = pattern(r"[\w\s.\"()\[\]]{1,80}?(?:\bdefault\b|:=)", re.IGNORECASE)
_GLUED = pattern(
    r"""
      \s+ (?: (?:[eEnNbBxX]|[uU]&)?' | "(?=[^"\n]+")
            | \$(?P<tag>\w*)\$ [^\s$;'] [^$\n;]* \$(?P=tag)\$ )
    | '{1,2}(?= [^'\s;,)|\]}] [^'\s]* ' ) | (?:[eE]|[uU]&)'
    """,
    re.VERBOSE,
)
"""A literal right behind a name: `password 'x'`, but not `the user's password's x`."""
_DOUBLE = pattern(r"""\s*\\*"(?P<value>(?>(?:[^"\\\n]|\\[^"\n])*))""")
_PLAIN = pattern(r"""(?P<space>[ \t]*)(?P<value>[^\s'",;&(){}\[\]<>|]+)(?P<call>\(?)""")
_ITEM = pattern(r'(?>(?:[^"\\]|\\.)*)', re.DOTALL)
_ALONE = pattern(r"""[ \t]*(?:$|[\r\n"'`*,;}])""")
_COLUMN = pattern(r"[a-z_][a-z_.]*")
_ROW = pattern(r"(?:new|old|excluded)\.", re.IGNORECASE)
_WORD = pattern(r"[a-z_]+\d{0,2}")
_ADDRESS = pattern(r"\b(?:host|hostaddr|dbname|user|port|server|sslmode)\s*=\s*\S", re.IGNORECASE)
_PAIRS = pattern(
    r"(?:build_object|set_config|hstore|http_header|values|set)\s*\([^;]*$|\)\s*,\s*\(\s*'[^']*$",
    re.IGNORECASE,
)
"""What stands in front of a name and a value that a comma separates."""
_ROLE = pattern(r"\b(?:role|user|group)\s(?!mapping)[^;']*$", re.IGNORECASE)
_SERVER = pattern(r"\b(?:mapping|server)\s[^;]*$", re.IGNORECASE)
_SETS = pattern(r"\bset\s+(?:(?:local|session)\s+)?[\"\w.]*$", re.IGNORECASE)


def named(text: str) -> Iterator[Span]:
    """Yield what is a secret by its name. No part of the text is looked at twice."""
    done = 0
    for stem in stems(text):
        if stem < done:
            continue
        before = _BEFORE().search(text, max(0, stem - 40), stem)
        start = before.start() if before else stem
        match = _NAME().match(text, stem)
        done = end = match.end() if match else stem
        if secret_name(text[start:end]):
            for span in _behind(text, start, end):
                yield span
                done = max(done, span.end)


def _behind(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the secrets behind a name."""
    sign = _SIGN().match(text, end)
    assert sign is not None  # it may be empty
    if sign["filled"] is not None:
        yield from literals(text, sign.end(), _BY_NAME, others=True)
        return
    kind, closed = sign["sign"].lower(), sign["closed"]
    if kind in ("", "default"):
        declared = None if closed else _DECLARED().match(text, end)
        if declared:
            yield from literals(text, declared.end(), _BY_NAME)
        elif kind == "" and closed in ("", '"', '\\"', "'", "''"):
            yield from _glued(text, start, end + len(closed.strip("'")))
    elif kind in ("=", ":", "=>", ":=", "==", "is", ">"):
        yield from _assigned(text, start, sign, kind)
    elif kind == ",":
        yield from _beside(text, start, sign)
    else:
        yield from literals(text, sign.end(), _SET, certain=_set(text, start))


def _set(text: str, start: int) -> bool:
    return bool(_SETS().search(text, max(0, start - 80), start))


def _glued(text: str, start: int, at: int) -> Iterator[Span]:
    """Yield what `password 'x'` and `options (token 'x')` hold."""
    if not _GLUED().match(text, at):
        return
    around = max(0, start - 300)
    what = ""
    if text[start:at].strip('"').lower().endswith("password"):
        if _SERVER().search(text, around, start):
            what = "the password of a foreign server"
        elif _ROLE().search(text, around, start):
            what = "the password of a role"
    double = _DOUBLE().match(text, at)
    span = double.span("value") if double else literal(text, at)
    yield from real(text, span, what or _BY_NAME, certain=bool(what))


def _assigned(text: str, start: int, sign: re.Match[str], kind: str) -> Iterator[Span]:
    """Yield what stands behind a sign, in quotes or not."""
    at = sign.end()
    double = _DOUBLE().match(text, at)
    if double:
        yield from real(text, double.span("value"), _BY_NAME)
    elif kind == ">":
        yield from real(text, (at, text.index("<", at)), _BY_NAME)
    elif kind != "is" and literal(text, at):
        is_set = kind == "="
        yield from literals(
            text, at, _SET if is_set else _BY_NAME, certain=is_set and _set(text, start)
        )
    else:
        span, what = _plain(text, start, sign, kind)
        if span:
            yield from real(text, span, what, certain=what == _OF_CONNECTION)
        elif kind in ("=", ":="):
            yield from literals(text, at, _SET)


_OF_CONNECTION = "a password in a connection string"


def _plain(
    text: str, start: int, sign: re.Match[str], kind: str
) -> tuple[tuple[int, int] | None, str]:
    """Return where a value without quotes is, and what it is. Names of columns are no values.

    Connection strings and files of settings have no quotes; in SQL, names have none.
    """
    match = _PLAIN().match(text, sign.end())
    if match is None:
        return None, ""
    value, span = match["value"], match.span("value")
    if kind == "=" and text[start - 1 : start] == '"':  # as arrays of settings print
        item = _ITEM().match(text, span[0])
        span = (span[0], item.end() if item else span[1])
    if kind == "=" and _addressed(text, start, span[1]):
        return span, _OF_CONNECTION
    column = _COLUMN().fullmatch(value) and secret_name(value)
    if match["call"] or column or _ROW().match(value):
        return None, ""
    sign_at = sign.start("sign")
    # `password=word` is a setting. With blanks around the sign a plain word may be a column.
    tight = not match["space"] and not text[sign_at - 1].isspace()
    alone = kind == ":" and _ALONE().match(text, span[1])
    return (span if mixed(value) or (kind == "=" and tight) or alone else None), _BY_NAME


def _addressed(text: str, start: int, end: int) -> bool:
    """Return whether a connection's other parameters are in the same line."""
    first = max(0, start - 200, text.rfind("\n", max(0, start - 200), start))
    last = text.find("\n", end, end + 200)
    behind = (end, last if last >= 0 else min(end + 200, len(text)))
    return bool(_ADDRESS().search(text, first, start) or _ADDRESS().search(text, *behind))


def _beside(text: str, start: int, sign: re.Match[str]) -> Iterator[Span]:
    """Yield what a comma separates from a name in quotes; in a list of words, that is the next."""
    span = literal(text, sign.end())
    if span is not None and "'" in sign["closed"]:
        value = text[slice(*span)]
        pair = _PAIRS().search(text, max(0, start - 300), start)
        if pair or (len(value) >= 8 and mixed(value) and not _WORD().fullmatch(value)):
            yield from real(text, span, _BY_NAME)
