"""Texts as they are compared, hashed, and given to the server to plan."""

import hashlib
import re
from collections.abc import Sequence

from pytest_schemaverify.sql.tokens import Token, closing, joined, text_at, tokens


def plain(text: str) -> str:
    """Return a text without differences that no server looks at.

    These are white space, comments, the case of words, brackets around the whole text and a
    semicolon behind it.
    """
    found = tokens(text)
    while found and found[-1].text == ";":
        found.pop()
    while found and found[0].text == "(" and closing(found, 0) == len(found) - 1:
        found = found[1:-1]
    return joined(found)


def words(text: str) -> list[str]:
    """Return the words of a text without brackets, types of literals and names before dots."""
    # The server adds all of these when it prints a text, and an alias or a schema in front of a
    # dot.
    return re.sub(r'[\w"]+ \. ', "", bare(text)).split()


def alike(one: str, other: str) -> bool:
    """Return whether two texts differ in nothing that a server looks at."""
    return one == other or plain(one) == plain(other)


def named(text: str) -> str:
    """Return a text as a message calls it: in one line, and the beginning of a long one."""
    line = " ".join(text.split())
    return line if len(line) <= SHORT else f"{line[: SHORT - 1]}…"


SHORT = 120
"""Characters of a text in a message."""


def bare(text: str) -> str:
    """Return a text without brackets and types of literals, for a reader who knows them."""
    found = tokens(text)
    kept: list[str] = []
    at = 0
    while at < len(found):
        # A type may have a schema, a modifier in brackets and the square brackets of an array.
        if found[at].text == "::":
            at += 1
            while text_at(found, at + 1) == ".":
                at += 2
            if text_at(found, at + 1) == "(":
                at = closing(found, at + 1)
            while text_at(found, at + 1) in ("[", "]"):
                at += 1
        elif found[at].text not in "()":
            kept.append(found[at].text)
        at += 1
    # The server prints the number -1 as '-1'::integer, which by now has lost its type.
    return re.sub(r"'(-?[\d.]+)'", r"\1", " ".join(kept))


def is_count(found: Sequence[Token], at: int) -> bool:
    """Return whether a token is the whole number of rows of a LIMIT or OFFSET."""
    if at >= len(found) or found[at].kind != "number":
        return False
    before, after = text_at(found, at - 1), text_at(found, at + 1)
    if (before, after) == ("(", ")"):
        before, after = text_at(found, at - 2), text_at(found, at + 2)
    return before in _COUNTING and after in AFTER_COUNT


def counted(found: Sequence[Token], at: int) -> str:
    """Return the number of rows at a token, maybe in a bracket; "" if none is there."""
    return next((found[place].text for place in (at, at + 1) if is_count(found, place)), "")


def counts(text: str) -> int:
    """Return how many numbers of rows stand in a text."""
    found = tokens(text)
    return sum(is_count(found, at) for at in range(len(found)))


# `fetch first 3 rows only`, `limit 3`, and what may follow. In `limit 1 + 1` the number is a part
# of an expression, and the text has to be compared as it is.
_COUNTING = ("limit", "offset", "first", "next")
AFTER_COUNT = ("", ")", "limit", "offset", "fetch", "row", "rows", "for")
"""What may follow a number of rows."""


def calls(text: str) -> frozenset[str]:
    """Return the names, without schema, that have a bracket behind them and are no type's."""
    found = tokens(text)
    return frozenset(token.name for at, token in enumerate(found) if is_called(found, at))


def with_arguments(text: str) -> set[tuple[str, str]]:
    """Return the calls: names without schema, and arguments as `words` has them, without space.

    Each once, as the server writes what stands left of IN and BETWEEN more than once.
    """
    found = tokens(text)
    calls = set()
    for at, token in enumerate(found):
        if token.is_name and text_at(found, at + 1) == "(":
            given = joined(found[at + 2 : closing(found, at + 1)])
            calls.add((token.name, "".join(words(given))))
    return calls


def literals(text: str) -> list[str]:
    """Return the texts and numbers that a text consists of, [] if it names something as well."""
    found = tokens(text)
    is_constant = not any(token.is_name for token in found)
    return [one.text for one in found if is_constant and one.kind in ("string", "number")]


def is_called(found: Sequence[Token], at: int) -> bool:
    """Return whether a token is a name that has a bracket behind it and is no type's."""
    before = text_at(found, begins(found, at) - 1)
    return found[at].is_name and text_at(found, at + 1) == "(" and before not in ("::", "as")


def begins(found: Sequence[Token], at: int) -> int:
    """Return where the dotted name begins that ends at a token."""
    while at >= 2 and found[at - 1].text == "." and found[at - 2].is_name:
        at -= 2
    return at


def body_hash(source: str) -> str:
    """Return `sha256:…` of a function's body, without what editors and checkouts change.

    Line ends, spaces at the ends of lines, and blank lines at the start and the end do not count.
    Comments do, since they may be what was reviewed.
    """
    lines = [line.rstrip() for line in source.replace("\r\n", "\n").split("\n")]
    return f"sha256:{hashlib.sha256(chr(10).join(lines).strip(chr(10)).encode()).hexdigest()}"
