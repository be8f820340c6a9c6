"""Words of other tools for what a file of expectations calls otherwise: see other_words.yaml."""

import difflib
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def words(kind: str) -> Mapping[str, Any]:
    """Return one of the tables: `keys`, `values`, `scalars` or `types`."""
    text = (files(__package__) / "other_words.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = yaml.safe_load(text)[kind]
    return found


_TRUE = frozenset({"true", "yes", "on", "y", "t", "1", "enabled"})
_FALSE = frozenset({"false", "no", "off", "n", "f", "0", "disabled", "none"})


def truth(given: Any) -> bool | None:
    """Return the truth value that a text stands for elsewhere; None for another value."""
    word = str(given).strip().lower() if isinstance(given, (str, int)) else ""
    return True if word in _TRUE else False if word in _FALSE else None


def another_type(text: str, there: Iterable[str] = ()) -> str:
    """Return the type that was likeliest meant by a text which is none here, "" for no guess.

    `there` are the names of types that the database has.
    """
    if sized := _SIZED.fullmatch(text):
        return f"{sized['name'].lower()}({sized['size']})"
    if words_of := _MARKED.fullmatch(text):
        return words_of["type"] + (" not null" if words_of["null"] is None else "")
    match = _NAMED.fullmatch(text)
    if match is None:
        return ""
    name, rest = match["name"].lower(), match["rest"]
    known = words("types")
    if name in known:
        meant = str(known[name])
        return (
            meant
            if "(" in meant or (rest.startswith("(") and meant in _WITHOUT_SIZE)
            else meant + rest
        )
    near = difflib.get_close_matches(name, {*there, *_COMMON}, n=1, cutoff=0.7)
    return f"{near[0]}{rest}" if near and near[0] != name else ""


_SIZED = re.compile(
    r"(?P<name>varchar|char|vector|halfvec|sparsevec|numeric|bit)\s*"
    r"(?:[\[{<:]\s*|\s+)(?P<size>\d+(?:\s*,\s*\d+)?)\s*[\]}>]?",
    re.IGNORECASE,
)
"""A size that has no round brackets around it: `varchar[255]`, `vector 1536`."""
_MARKED = re.compile(
    r"(?P<type>.+?)(?:\s+(?:notnull|required|mandatory|non-null|nonnull)|!|\s+(?P<null>nullable|optional)|\?)",
    re.IGNORECASE,
)
"""Another word for `not null` behind a type, or a word for what takes NULL."""
_NAMED = re.compile(r"(?P<name>[A-Za-z_][\w]*)(?P<rest>\s*(?:\([\d, ]*\))?(?:\[\])*)")
_COMMON = frozenset({
    "bigint", "boolean", "bytea", "char", "citext", "date", "halfvec", "inet", "integer",
    "interval", "json", "jsonb", "numeric", "real", "smallint", "text", "time", "timestamp",
    "timestamptz", "uuid", "varchar", "vector",
})  # fmt: skip
_WITHOUT_SIZE = frozenset({"text", "bigint", "integer", "smallint", "boolean", "bytea", "uuid"})
