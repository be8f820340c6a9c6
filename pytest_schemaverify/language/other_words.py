"""Words of other tools for what a file of expectations calls otherwise: see other_words.yaml."""

import difflib
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def words(kind: str) -> Mapping[str, Any]:
    """Return one of the tables: `keys`, `values`, `scalars` or `types`."""
    import yaml  # here, because hardly any run needs these words, and many may

    text = (files(__package__) / "other_words.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = yaml.safe_load(text)[kind]
    return found


_TRUE = frozenset({"true", "yes", "on", "y", "t", "1", "enabled"})
_FALSE = frozenset({"false", "no", "off", "n", "f", "0", "disabled", "none"})


def truth(given: Any) -> bool | None:
    """Return the truth value that a text stands for elsewhere; None for another value."""
    word = str(given).strip().lower() if isinstance(given, (str, int)) else ""
    return True if word in _TRUE else False if word in _FALSE else None


def meant(word: str, choices: Iterable[str], of: str = "", alike: float = 0.68) -> str:
    """Return which choice is meant by a word, by its meaning, then by its letters; "" for none.

    `of` is the key whose value it is, by which the table `values` has words of other tools;
    `alike` is how much of two words has to be the same: less of it takes `read` for `forced`.
    """
    spelt = {one.lower(): one for one in choices}
    known = words("values").get(of, {}).get(word.lower(), "")
    if known in spelt:
        return spelt[known]
    near = difflib.get_close_matches(word.lower(), spelt, n=1, cutoff=alike)
    return spelt[near[0]] if near else ""


def did_you_mean(word: str, choices: Iterable[str], of: str = "", alike: float = 0.68) -> str:
    """Return the same as the end of a message; "" for none."""
    choice = meant(word, choices, of, alike)
    return f", did you mean `{choice}`?" if choice else ""


def is_type(text: str) -> bool:
    """Return whether a text begins with a type that columns mostly have."""
    first = re.match(r"[a-z_]\w*", text.lower())
    return first is not None and first[0] in {*_COMMON, *_SHORT, *words("types")}


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
        whole = str(known[name])
        has_size = "(" in whole or (rest.startswith("(") and whole in _WITHOUT_SIZE)
        return whole if has_size else whole + rest
    near = meant(name, {*there, *_COMMON})
    return f"{near}{rest}" if near and near != name else ""


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
_SHORT = frozenset({"bool", "decimal", "float4", "float8", "int", "int2", "int4", "int8", "serial",
                    "bigserial"})  # fmt: skip
_WITHOUT_SIZE = frozenset({"text", "bigint", "integer", "smallint", "boolean", "bytea", "uuid"})
