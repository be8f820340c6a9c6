"""SQL as the tokens that PostgreSQL reads, so that only what it would ignore is left out.

https://www.postgresql.org/docs/current/sql-syntax-lexical.html
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pytest_schemaverify.sql.lexical import (
    BLANK,
    DOLLAR,
    ESCAPED,
    OPERATOR,
    QUOTED,
    STRING,
    WORD,
    ending,
    folded,
    unquoted,
)
from pytest_schemaverify.sql.patterns import pattern

# Constants stand before names, because `E'…'` begins like one. A dot before a dot is none of a
# number: `1..10` is the range of a loop in PL/pgSQL.
_TOKEN = pattern(
    rf"""
    (?: {BLANK} )?
    (?: (?P<string>   [eE]{ESCAPED} | (?: [nNbBxX] | [uU]& )?{STRING} )
      | (?P<quoted>   (?: [uU]& )?{QUOTED} )
      | (?P<open>     [eE]?' | " )
      | (?P<name>     {WORD} )
      | (?P<number>   \$\d++
                    | (?: \d\w*+ (?: \.(?!\.)\w*+ )? | \.\d\w*+ ) (?: (?<=[eE])[+-]\d++ )? )
      | (?P<dollar>   {DOLLAR} )
      | (?P<comment>  /\* )
      | (?P<operator> {OPERATOR} )
      | (?P<sign>     :: | := | \.\. | . )
      | (?P<nothing>  \Z ) )
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A word, a literal or a sign; words without quotes in lower case, as the server reads them."""

    kind: str
    text: str

    @property
    def is_name(self) -> bool:
        """Whether it may be a part of a name."""
        return self.kind in ("name", "quoted")

    @property
    def name(self) -> str:
        """The name as the catalog has it."""
        return unquoted(self.text.lstrip("uU&")) if self.kind == "quoted" else self.text


def tokens(text: str) -> list[Token]:
    """Return the tokens of a text, without white space and comments."""
    return [token for token, _, _ in spans(text)]


def spans(text: str) -> Iterator[tuple[Token, int, int]]:
    """Yield the tokens of a text with the offsets where each begins and ends.

    A quote or a comment that nothing closes is one, of the kind `open`, up to the end.
    """
    at: int | None = 0
    while at is not None:
        begun, at = at, None
        for match in _TOKEN().finditer(text, begun):
            kind = str(match.lastgroup)
            start, end = match.span(kind)
            if kind in _BEGUN:  # a pattern cannot find its end; the search goes on there
                stop = ending(text, match)
                # An unfinished constant or comment hides all that follows, as it does from the
                # server.
                at = len(text) if stop is None else stop
                if stop is None or kind == "dollar":
                    yield Token("open" if stop is None else "string", text[start:at]), start, at
                break
            if kind != "nothing":
                word = text[start:end]
                yield Token(kind, folded(word) if kind == "name" else word), start, end


_BEGUN = frozenset({"dollar", "comment", "open"})
"""Kinds of which the pattern knows only the beginning."""


def joined(found: Iterable[Token]) -> str:
    """Return tokens as a text, with a space between any two."""
    return " ".join(token.text for token in found)


def names(found: Sequence[Token]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the dotted names that are not called like a function: where they begin, their parts."""
    at = 0
    while at < len(found):
        if not found[at].is_name:
            at += 1
            continue
        start, parts = at, [found[at].name]
        while text_at(found, at + 1) == "." and at + 2 < len(found) and found[at + 2].is_name:
            at += 2
            parts.append(found[at].name)
        at += 1
        if text_at(found, at) != "(":
            yield start, tuple(parts)


def text_at(found: Sequence[Token], at: int) -> str:
    """Return the text of a token, "" before the first and behind the last."""
    return found[at].text if 0 <= at < len(found) else ""


def closing(found: Sequence[Token], at: int) -> int:
    """Return where the bracket closes that opens at a token; behind the end if it does not."""
    depth = 0
    for place in range(at, len(found)):
        depth += (found[place].text == "(") - (found[place].text == ")")
        if depth == 0:
            return place
    return len(found)


def items(found: Sequence[Token]) -> list[list[Token]]:
    """Return the tokens between commas that are outside of brackets."""
    depth, items = 0, [[]]  # type: int, list[list[Token]]
    for token in found:
        depth += (token.text in "([") - (token.text in ")]")
        if token.text == "," and not depth:
            items.append([])
        else:
            items[-1].append(token)
    return items
