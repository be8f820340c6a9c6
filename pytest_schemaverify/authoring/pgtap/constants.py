"""Arguments of a call as values, where they are constants."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from pytest_schemaverify.sql.tokens import Token, closing, items, joined

CURRENT_DATABASE = object()
"""What `current_database()` returns."""


class Value(NamedTuple):
    """A constant, and what the server knows of its type before it chooses a function."""

    value: Any
    type: str
    """`unknown` of a text in quotes that nothing converts; `text`, `name`, `name[]` …"""


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_ELEMENT = re.compile(
    r'\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>(?:[^",{}\\]|\\.)+?))\s*(?:,|$)'
)
_TYPES = {"varchar": "text", "character varying": "text", "bpchar": "text", "int": "integer"}


def constant(found: Sequence[Token]) -> Value | None:
    """Return the value of an argument, None for what only a server can tell."""
    at = next((i for i in range(len(found)) if found[i].text == "::"), len(found))
    value = _plain(found[:at])
    while value is not None and at < len(found):
        end = next((i for i in range(at + 1, len(found)) if found[i].text == "::"), len(found))
        value = _converted(value, found[at + 1 : end])
        at = end
    return value


def _plain(found: Sequence[Token]) -> Value | None:
    words = [token.text for token in found]
    if not found:
        return None
    if words[0] == "(" and closing(found, 0) == len(found) - 1:
        return constant(found[1:-1])
    if all(token.kind == "string" for token in found):
        texts = [text(token.text) for token in found]
        known = [one for one in texts if one is not None]
        return Value("".join(known), "unknown") if len(known) == len(texts) else None
    if words[0] == "array" and words[1:2] == ["["] and words[-1] == "]":
        return _array(found[2:-1])
    if words[:2] == ["cast", "("] and "as" in words and closing(found, 1) == len(found) - 1:
        middle = len(words) - 1 - words[::-1].index("as")
        inner: Value | None = constant(found[2:middle])
        return None if inner is None else _converted(inner, found[middle + 1 : -1])
    if words == ["current_database", "(", ")"]:
        return Value(CURRENT_DATABASE, "name")
    return _word(words)


_WORDS: dict[str, Value] = {
    "true": Value(True, "boolean"),
    "false": Value(False, "boolean"),
    "null": Value(None, "unknown"),
}


def _word(words: Sequence[str]) -> Value | None:
    if len(words) == 1 and words[0] in _WORDS:
        return _WORDS[words[0]]
    sign, digits = (words[0], words[1:]) if words[0] in "+-" else ("", words)
    if len(digits) == 1 and re.fullmatch(r"\d{1,18}", digits[0]):
        return Value(int(sign + digits[0]), "integer")
    return None


def text(literal: str) -> str | None:
    """Return the text of a constant in quotes, None for bits and Unicode's escapes."""
    if literal.startswith("$"):
        mark = literal[: literal.index("$", 1) + 1]
        return literal[len(mark) : -len(mark)]
    prefix, _, rest = literal.partition("'")
    body = rest[:-1].replace("''", "'")
    if prefix.lower() == "e":
        # A number behind a backslash is the code of a character, which nobody writes in a name.
        odd = re.search(r"(?:^|[^\\])(?:\\\\)*\\[0-9xuU]|'\s*[\r\n]", body)
        return None if odd else re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), body)
    return body if prefix.lower() in ("", "n") else None


def _array(found: Sequence[Token]) -> Value | None:
    values = [constant(one) for one in items(found)] if found else []
    known = [one.value for one in values if one is not None]
    if len(known) < len(values):
        return None
    types = {one.type for one in values if one is not None} - {"unknown"} or {"text"}
    return Value(known, f"{types.pop()}[]") if len(types) == 1 else None


def _converted(value: Value, type_: Sequence[Token]) -> Value | None:
    named = re.sub(r"\s+(?=\[|\])|(?<=\.)\s|\s(?=\.)", "", joined(type_))
    named = named.removeprefix("pg_catalog.").replace("[ ]", "[]")
    named = re.sub(r"\s*\(.*\)", "", named)
    if not named.endswith("[]"):
        return Value(value.value, _TYPES.get(named, named))
    if isinstance(value.value, str):
        elements = elements_of(value.value)
        return None if elements is None else Value(elements, named)
    return Value(value.value, named) if isinstance(value.value, list) else None


def elements_of(literal: str) -> list[str] | None:
    """Return the elements of `{a,"b c"}`; None for arrays of arrays, and for NULL in one."""
    literal = literal.strip()
    if not (literal.startswith("{") and literal.endswith("}")):
        return None
    body, at, found = literal[1:-1], 0, []
    while at < len(body.rstrip()):
        match = _ELEMENT.match(body, at)
        if match is None or (match["plain"] or "").lower() == "null":
            return None
        raw = match["plain"] if match["quoted"] is None else match["quoted"]
        found.append(re.sub(r"\\(.)", r"\1", raw))
        at = match.end()
    return found
