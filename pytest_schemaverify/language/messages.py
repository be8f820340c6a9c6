"""What is wrong with the values of a file, in its own words, and what to type instead."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from pytest_schemaverify.sql.secrets import masked

from .base import Named, Thing
from .conditions import is_condition
from .include import model_at
from .matchers import KINDS
from .other_words import truth, words
from .taken_apart import advice, in_quotes
from .unknown_keys import COMMA, flow, keys, model_of, nearest, unknown
from .yaml import Path, Positions, scalar

_EXPECTED = {
    "bool_type": "`true` or `false`",
    "string_type": "a text",
    "int_type": "a whole number",
    "float_type": "a number",
    "list_type": "a list",
    "dict_type": "a mapping",
    "float_parsing": "a number",
    "int_parsing": "a whole number",
    "date_type": "a date such as `2027-01-31`",
    "date_parsing": "a date such as `2027-01-31`",
    "date_from_datetime_parsing": "a date such as `2027-01-31`",
    "value_type": "a text, a number, `true` or `false`",
}
_NUMBERS = frozenset({"int_type", "float_type", "float_parsing", "int_parsing"})
_VALUES = frozenset({"bool_type", "string_type", "int_type"})
_LIMITS = {"gt": "above", "ge": "of at least", "lt": "below", "le": "of at most"}
_SHAPES = frozenset({*_EXPECTED, "model_type", "literal_error", "string_pattern_mismatch"})
"""Types of errors of which a union has one for each of its alternatives."""


def problems(
    model: type[BaseModel], data: Any, errors: Sequence[ErrorDetails], positions: Positions
) -> Iterator[tuple[Path, str]]:
    """Yield the path and the message of each mistake: one, however many alternatives it fits."""
    told = [*_all(model, data, errors, positions)]
    cut = {path[:-1] for path, message in told if COMMA in message}
    words_there = {(path[:-1], word[1]) for path, text in told if (word := _WORD.search(text))}
    said: set[tuple[Path, str]] = set()
    for path, message in told:
        # Two words for one thing, `table` and `column`, are one mistake, as is a text that a comma
        # has cut in two.
        word = _WORD.search(message)
        again = word is not None and (path[:-1], word[1]) in said
        lacks = re.match(r"`(\w+)` is missing", message)
        again = again or (lacks is not None and (path, lacks[1]) in words_there)
        if not again and not (path[:-1] in cut and "is not closed" in message):
            yield path, message
        said.add((path[:-1], word[1] if word else ""))


_WORD = re.compile(r"unknown key; write `(\w+)")


def _all(
    model: type[BaseModel], data: Any, errors: Sequence[ErrorDetails], positions: Positions
) -> Iterator[tuple[Path, str]]:
    found: dict[Path, list[ErrorDetails]] = {}
    for detail in errors:
        found.setdefault(visible(detail["loc"], positions), []).append(detail)
    for path, details in found.items():
        # Of the alternatives the one that was meant is the one that went deeper.
        inside = any(len(other) > len(path) and other[: len(path)] == path for other in found)
        shapes = [one for one in details if one["type"] in _SHAPES]
        others = [_told(model, path, one, data) for one in details if one not in shapes]
        yield from ((path, message) for message in dict.fromkeys(others))
        if shapes and not others and not inside:
            yield path, _shape(model, path, shapes)


def visible(location: tuple[Any, ...], positions: Positions) -> Path:
    """Return the parts of pydantic's location that the user has written."""
    path: Path = ()
    for part in location:
        # pydantic also names the alternatives of a union: `rows`, `int`.
        if (*path, part) in positions:
            path = (*path, part)
    return path


def _told(model: type[BaseModel], path: Path, detail: ErrorDetails, data: Any) -> str:
    given, kind = detail.get("input"), detail["type"]
    if kind == "extra_forbidden":
        return f"unknown key{unknown(model, path, given, _at(data, path[:-1]))}"
    if kind == "missing":
        missing = str(detail["loc"][-1])
        entry = model_of(model, path)
        if missing in getattr(entry, "short_for", {}).values() and not isinstance(
            _at(data, path), dict
        ):
            return f"`{missing}` is missing; write `{path[-1]}: …`, the short form of `{missing}`"
        return f"`{missing}` is missing; write `{missing}: …` here"
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    if kind == "matcher":
        return str(detail["ctx"]["message"])
    if kind == "too_short":
        return "expected at least one item, found none"
    if kind == "string_too_short":
        least = detail["ctx"]["min_length"]
        wanted = f"a text of at least {least} characters"
        return f"expected {wanted}, found {shown(given)}; say why, in words"
    if kind == "int_from_float":
        return f"expected a whole number, found {shown(given)}; write one without a point"
    context = detail.get("ctx", {})
    for key in _LIMITS.keys() & context.keys():
        word, limit = _LIMITS[key], context[key]
        return f"expected a number {word} {limit}, found {shown(given)}; write one {word} {limit}"
    # pydantic begins with a capital, and here a path stands in front.
    message = re.sub(r"^Input should be( a valid)?", r"expected a value", detail["msg"])
    return f"{message[0].lower()}{message[1:]}, found {shown(given)}"


def _at(data: Any, path: Path) -> Any:
    for part in path:
        inside: Any = data if isinstance(data, (dict, list)) else {part: None}
        data = inside[part]
    return data


def _shape(model: type[BaseModel], path: Path, details: Sequence[ErrorDetails]) -> str:
    """Return what is expected of a value, by all alternatives, and what was found."""
    given, kinds = details[0].get("input"), {one["type"] for one in details}
    key = str(path[-1]) if path and isinstance(path[-1], str) else ""
    if kinds & _NUMBERS and is_condition(given):
        return f"a number is expected here, and no condition, found {shown(given)}"
    if "model_type" in kinds:
        return _mapping(model, path, key, given)
    choices = [one for each in details for one in _choices(each)]
    expected = list(dict.fromkeys(_EXPECTED[k] for k in map(_kind, details) if k in _EXPECTED))
    if choices and not expected:
        listed = _either([f"`{one}`" for one in choices])
        one = f"; write `{key}: {choices[0]}`" if len(choices) == 1 else ""
        last = str(details[0]["loc"][-1])
        near = nearest(str(given), choices, (last if last in words("values") else key,))
        return f"{shown(given)} is not {listed}{near if 'did you mean' in near else one}"
    meant = ""
    if isinstance(given, str) and choices:
        near = nearest(given, choices, (key,))
        meant = near if "did you mean" in near else ""
    if isinstance(given, dict) and kinds & _VALUES:
        expected.append(f"a matcher ({', '.join(f'`{one}`' for one in KINDS)})")
        others = [str(one) for one in given if one not in KINDS]
        near = nearest(others[0], [*KINDS], ("matcher",)) if others else ""
        meant = near if "did you mean" in near else ""
    if not (expected or choices):
        return f"{_PATTERN}, found {shown(given)}"
    if isinstance(given, (dict, list)):
        expected = [one.replace("a text", "a text (put it in quotes)") for one in expected]
    wanted = _either([*expected, *(f"`{one}`" for one in choices)])
    told = advice(details[0]["loc"], given) if "string_type" in kinds else ""
    return f"expected {wanted}, found {shown(given)}{meant or told or _typed(key, given, kinds)}"


_PATTERN = "expected `sha256:` and the digits that a failure shows"


def _kind(detail: ErrorDetails) -> str:
    return detail["type"]


def _choices(detail: ErrorDetails) -> list[str]:
    # pydantic has the choices as a text only: `'fail', 'warn' or 'ignore'`.
    if detail["type"] != "literal_error":
        return []
    return re.findall(r"'([^']*)'|\b(?=\d)(\d+)", detail["ctx"]["expected"]) and [
        text or number
        for text, number in re.findall(r"'([^']*)'|\b(\d+)\b", detail["ctx"]["expected"])
    ]


def _either(words: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _typed(key: str, given: Any, kinds: set[str]) -> str:
    """Return what to type in place of a value that means the right thing in another form."""
    written = ""
    several = "list_type" in kinds
    if "bool_type" in kinds and truth(given) is not None:
        written = str(truth(given)).lower()
    elif kinds & _NUMBERS and isinstance(given, str):
        number = scalar(given.strip().replace("_", "").replace(",", ""))
        written = str(number) if isinstance(number, (int, float)) else ""
    elif "string_type" in kinds and isinstance(given, (bool, int, float)):
        written = in_quotes(str(given).lower() if isinstance(given, bool) else str(given))
    elif several and isinstance(given, (str, int)) and not isinstance(given, bool):
        written = f"[{given}]"
    elif several and kinds == {"list_type"}:
        written = f"[{', '.join(map(str, given))}]" if isinstance(given, dict) else "[a, b]"
    elif (
        "dict_type" in kinds
        and isinstance(given, list)
        and all(isinstance(one, str) for one in given)
    ):
        written = f"{{{', '.join(f'{one}: …' for one in given)}}}"
    if not written and "bool_type" in kinds and len(kinds) == 1 and key:
        return f"; write `{key}: true` or `{key}: false`"
    if not written and kinds & _NUMBERS and len(kinds) == 1 and key:
        return f"; write for example `{key}: 5`"
    if not written:
        return ""
    quotes = "leave the quotes out: " if isinstance(given, str) and written == given else "write "
    return f"; {quotes}`{key}: {written}`" if key else f"; {quotes}`{written}`"


def _mapping(model: type[BaseModel], path: Path, key: str, given: Any) -> str:
    """Return what is expected where an entry, or entries by name, are."""
    inner = model_of(model, path)
    if inner is None:
        return f"expected a mapping, found {shown(given)}"
    short = getattr(inner, "short_form", None)
    wanted = "a mapping"
    if short == {"type": "boolean"}:
        wanted = "`true`, `false` or a mapping"
    elif form := re.search(r"Short form: (.+?)\.(?:\s|$)", inner.__doc__ or "", re.S):
        wanted = f"a mapping or its short form ({' '.join(form[1].split())})"
    told = _instead(inner, key, given, short)
    if not told and isinstance(given, str) and (spaced := re.fullmatch(r"([^\s:]+):(\S.*)", given)):
        told = f"a space is missing behind the colon: write `{spaced[1]}: {spaced[2]}`"
    if not told:
        told = f"write `{key}: {example(inner)}`"
    scalar_of = words("scalars").get(inner.__name__)
    if scalar_of and isinstance(given, int):
        told = scalar_of.replace("{value}", str(given))
    misplaced = unknown(model, path, given, only_above=True)
    return f"expected {wanted}, found {shown(given)}{misplaced or f'; {told}'}"


def _instead(inner: type[BaseModel], key: str, given: Any, short: Any) -> str:
    """Return what to type where an entry is wanted and something like it is there."""
    value = ""
    kind = short.get("type") if isinstance(short, dict) else ""
    if issubclass(inner, Thing) and (told := _absent(given)):
        value = told
    elif kind == "boolean":
        value = str(truth(given) is not False).lower()
    elif kind == "integer" and (number := re.search(r"\d+", str(given))):
        value = number[0]
    elif kind == "array" and isinstance(given, (str, int)):
        value = f"[{given}]"
    elif isinstance(given, list):
        value = _of_list(inner, given)
    elif issubclass(inner, Named) and isinstance(given, str) and re.fullmatch(r"\w+", given):
        value = f"{{{given}: {{}}}}"
    return value and f"write `{key}: {value}`"


def _absent(given: Any) -> str:
    if isinstance(given, bool):
        return "{}" if given else "absent"
    near = isinstance(given, str) and get_close_matches(given.lower(), _ABSENT, 1, 0.7)
    return "absent" if near else ""


def _of_list(inner: type[BaseModel], given: list[Any]) -> str:
    """Return the mapping that a list stands for: of names, or of entries with a `-` too many."""
    texts = all(isinstance(one, str) for one in given)
    if texts and given and {*given} <= {*keys(inner)}:
        held = model_at(given[0], inner)
        value = "true" if getattr(held, "short_form", None) == {"type": "boolean"} else "…"
        return f"{{{', '.join(f'{one}: {value}' for one in given)}}}"
    if texts and issubclass(inner, Named):
        return f"{{{', '.join(f'{one}: {{}}' for one in given)}}}" if given else ""
    if not all(isinstance(one, dict) for one in given):
        return ""
    merged: dict[str, Any] = {}
    for one in given:
        rest = {name: value for name, value in one.items() if name != "name"}
        merged |= {str(one["name"]): rest} if "name" in one else rest
    return flow(merged)


def example(inner: type[BaseModel]) -> str:
    """Return the shape of what an entry takes."""
    if issubclass(inner, Named) and not issubclass(inner, Thing):
        return "{name: {…}}"
    own = [key for key in keys(inner) if key not in _COMMON]
    return f"{{{(own or keys(inner) or ['…'])[0]}: …}}"


_COMMON = frozenset(
    {"severity", "when", "skip", "xfail", "absent", "each", "exact", "comment", "owner", "together"}
)
_ABSENT = ("absent", "missing", "no", "none", "dropped", "deleted", "removed")


def shown(value: Any) -> str:
    """Return a value as a message shows it, so that a text and a number look different."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if value is None:
        return "nothing"
    if isinstance(value, str) and (not isinstance(scalar(value), str) or not value.strip()):
        return f'the text `"{masked(value)}"`'
    return f"`{masked(str(value))}`"
