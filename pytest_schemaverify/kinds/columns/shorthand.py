"""The short form, written as in DDL."""

import re
from typing import Any

from pytest_schemaverify.sql.names import masked

# What begins like another stands before it. `default null` is one word here: `null` behind a
# `default` would say that the column takes NULL.
_COLUMN_WORDS = re.compile(
    r"\b(generated\s+(?:always|by\s+default)\s+as\s+identity|generated|not\s+null|null"
    r"|default\s+null|default|collate|primary\s+key|unique|references|check|constraint)\b",
    re.I,
)
# DDL has these behind a column, too. In the file each belongs to the table, under its own key.
_ELSEWHERE = {
    "primary key": "primary_key: […] of the table",
    "unique": "unique: […] of the table",
    "references": "foreign_keys: {…} of the table",
    "check": "checks: {…} of the table",
    "constraint": "primary_key, unique, foreign_keys or checks of the table",
}


def column(text: str) -> dict[str, Any]:
    """Return the attributes of `uuid not null default gen_random_uuid()`."""
    words = [
        (match.start(), match.end(), re.sub(r"\s+", " ", match.group().lower()))
        # A word inside of a text, a quoted name or brackets is none of the column's.
        for match in _COLUMN_WORDS.finditer(masked(text))
    ]
    found: dict[str, Any] = {"type": (text[: words[0][0]] if words else text).strip()}
    if not found["type"]:
        raise ValueError(
            f"a column starts with its type, not with {text!r}; write for example "
            f"`text {text.strip()}`"
        )
    for index, (_, end, word) in enumerate(words):
        rest = text[end : words[index + 1][0] if index + 1 < len(words) else None].strip()
        if word in _ELSEWHERE:
            raise ValueError(
                f"`{word}` is not part of a column's short form; use {_ELSEWHERE[word]}"
            )
        if word == "generated":
            found |= _generated(rest)
            continue
        key, value = _attribute(word, rest)
        if value == "":
            raise ValueError(f"`{word}` needs an expression or a name")
        if key in found:
            raise ValueError(f"`{word}` comes after another that says the same or the contrary")
        found[key] = value
    return found


def _attribute(word: str, rest: str) -> tuple[str, str | bool]:
    """Return the attribute and the value of a word of a column and what follows it."""
    if word == "collate":
        return "collation", rest
    if word.startswith("default"):
        return "default", word.removeprefix("default").strip() + rest
    if rest:
        raise ValueError(f"what does {rest!r} mean after `{word}`?")
    if word.endswith("identity"):
        return "identity", "always" if "always" in word else "by default"
    return "nullable", word == "null"


# How it is kept may be left out: PostgreSQL 18 takes `virtual` for it, and has it as the default.
_GENERATED = re.compile(
    r"always\s+as\s*(?P<expression>\(.*\))\s*(?P<how>stored|virtual)?$", re.I | re.S
)


def _generated(text: str) -> dict[str, Any]:
    match = _GENERATED.match(text)
    if match is None:
        raise ValueError("a generated column is written `generated always as (…) stored`")
    found: dict[str, Any] = {"generated": match["expression"]}
    if match["how"]:
        found["stored"] = match["how"].lower() == "stored"
    return found
