"""The literals of an expression in a text that may begin and end anywhere.

The text is a part of a file, a message of the server, or what it calls the context of an error. So
these tokens are not those of `sql.tokens`, although the parts that they consist of are the same. A
place may be inside of a literal, where all quotes are doubled; a literal without an end is the
whole rest, as the server cuts long texts; and comments do not nest, since a `/*` in what is no SQL
would hide every secret behind it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pytest_schemaverify.sql.lexical import IN_ESCAPED, IN_STRING, LINE_COMMENT, TAG, WORD
from pytest_schemaverify.sql.patterns import pattern

from .spans import Span, real

_LITERAL = rf"""
    (?: (?:[eEnNbBxX]|[uU]&)? '(?>(?:'')*)'(?=[^\s';,|)\]}}])
          (?P<doubled> (?>(?:[^'\\]|\\(?:'')?)*) ) '*+
      | [eE]'(?P<escaped> {IN_ESCAPED} ) (?:'|\Z)
      | (?:[nNbBxX]|[uU]&)? '(?P<quoted> {IN_STRING} ) (?:'|\Z)
      | \$(?P<tag>{TAG})?\$ (?P<dollar> .*? ) (?: \$(?(tag)(?P=tag))\$ | \Z )
    )
"""
_ALONE = pattern(rf"\s*{_LITERAL}", re.VERBOSE | re.DOTALL)
_TOKEN = pattern(
    rf"""
      {_LITERAL}
    | (?P<comment> {LINE_COMMENT} | /\*.*?(?:\*/|\Z) )
    | (?P<space> \s++ )
    | (?P<name> "[^"\n]*+"? | {WORD} )
    | (?P<other> .)
    """,
    re.VERBOSE | re.DOTALL,
)
_LITERALS = ("escaped", "doubled", "quoted", "dollar")
_ENOUGH = frozenset({
    "and", "begin", "else", "end", "from", "group", "having", "if", "limit", "loop", "on", "or",
    "order", "returning", "then", "union", "using", "valid", "values", "when", "where", "with",
})  # fmt: skip
"""Words behind which an expression has ended."""
_OF_NAMES = frozenset({
    "current_setting", "gen_salt", "getenv", "has_column_privilege", "jsonb_extract_path_text",
    "nextval", "to_regclass",
})  # fmt: skip
"""Functions whose literals are names."""
_LONGEST = 40
"""Parts of an expression that are looked at."""


class Token(NamedTuple):
    """A word, a character, or what is inside a literal."""

    kind: str
    """literal, name, space or other."""
    start: int
    end: int
    text: str
    depth: int
    """How many brackets are open; of a bracket itself, outside of it."""
    until: int
    """Where the next token begins."""


def tokens(text: str, start: int) -> Iterator[Token]:
    """Yield what is in a text from a place on; comments are left out."""
    depth = 0
    for match in _TOKEN().finditer(text, start):
        kind = match.lastgroup or "other"
        if kind in ("tag", *_LITERALS):
            kind = _which(match)
            yield Token("literal", *match.span(kind), match[kind], depth, match.end())
        elif kind != "comment":
            depth -= match[0] in ")]}"
            yield Token(kind, *match.span(), match[0], depth, match.end())
            depth += match[0] in "([{"


def arguments(text: str, start: int) -> Iterator[tuple[int, Token]]:
    """Yield what is in brackets from behind the first one on, each with the number of its place."""
    place = 1
    for token in tokens(text, start):
        if token.depth < 0 or token.text == ";":
            return
        place += token.depth == 0 and token.kind == "other" and token.text == ","
        yield place, token


def literal(text: str, at: int) -> tuple[int, int] | None:
    """Return where the inside of the literal is that a place begins with."""
    match = _ALONE().match(text, at)
    return match.span(_which(match)) if match else None


def literals(
    text: str, at: int, what: str, *, certain: bool = False, others: bool = False
) -> Iterator[Span]:
    """Yield the literals of the expression at a place as secrets, but not those that are names.

    `others` says that it is a list of them, up to the end of the call or of the statement.
    """
    before, names_until, seen = "", -1, 0
    for number, token in enumerate(tokens(text, at)):
        word = token.text.lower() if token.kind == "name" else ""
        if number > _LONGEST or token.depth < 0 or token.text == ";":
            return
        if token.depth == 0 and seen and others and word == "using":  # the hint of `raise`
            return
        if token.depth == 0 and not others and _ends(text, token, word, before, seen):
            return
        if word in _OF_NAMES:
            names_until = token.depth
        elif token.depth <= names_until and token.text == ")":
            names_until = -1
        # What follows -> is the name of a field.
        if token.kind == "literal" and not before.endswith(">") and names_until < 0:
            yield from real(text, (token.start, token.end), what, certain=certain)
        if token.kind != "space":
            before = (before + token.text)[-2:] if token.kind == "other" else ""
            seen += 1


def _ends(text: str, token: Token, word: str, before: str, seen: int) -> bool:
    """Return whether an expression ends in front of a token."""
    if token.text == "," or word in _ENOUGH:
        return True
    goes_on = before in ("||", "+") or text.startswith(("||", "+"), token.end)
    return token.kind == "space" and "\n" in token.text and seen > 0 and not goes_on


def _which(match: re.Match[str]) -> str:
    return next(one for one in _LITERALS if match[one] is not None)
