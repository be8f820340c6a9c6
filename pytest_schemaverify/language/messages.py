"""What is wrong with the values of a file, in its own words, and what to type instead."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from . import matching
from .base import Entry
from .conditions import is_condition
from .instead import NUMBERS, example, instead, shown, typed
from .matchers import KINDS
from .models import model_of
from .other_words import did_you_mean, words
from .places import Path, Positions
from .taken_apart import advice
from .unknown_keys import COMMA, unknown

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
    if kinds & NUMBERS and is_condition(given):
        return f"a number is expected here, and no condition, found {shown(given)}"
    if "model_type" in kinds:
        return _mapping(model, path, key, given)
    choices = [one for each in details for one in _choices(each)]
    expected = list(dict.fromkeys(_EXPECTED[k] for k in map(_kind, details) if k in _EXPECTED))
    if choices and not expected:
        listed = _either([f"`{one}`" for one in choices])
        one = f"; write `{key}: {choices[0]}`" if len(choices) == 1 else ""
        last = str(details[0]["loc"][-1])
        near = did_you_mean(str(given), choices, last if last in words("values") else key)
        return f"{shown(given)} is not {listed}{near or one}"
    near = did_you_mean(given, choices, key) if isinstance(given, str) else ""
    if isinstance(given, dict) and kinds & _VALUES and _takes_matchers(model, path):
        expected.append(f"a matcher ({', '.join(f'`{one}`' for one in KINDS)})")
        others = [str(one) for one in given if one not in KINDS]
        near = did_you_mean(others[0], KINDS, "matcher") if others else ""
    if not (expected or choices):
        return f"{_PATTERN}, found {shown(given)}"
    if isinstance(given, (dict, list)):
        expected = [one.replace("a text", "a text (put it in quotes)") for one in expected]
    wanted = _either([*expected, *(f"`{one}`" for one in choices)])
    told = advice(_key_of(path), given) if "string_type" in kinds else ""
    return f"expected {wanted}, found {shown(given)}{near or told or typed(key, given, kinds)}"


_PATTERN = "expected `sha256:` and the digits that a failure shows"


def _key_of(path: Path) -> str:
    """Return the key that a value belongs to: `default` of `default.not`, `default.one_of.0`."""
    named = (one for one in reversed(path) if isinstance(one, str) and one not in KINDS)
    return next(named, "")


def _takes_matchers(model: type[BaseModel], path: Path) -> bool:
    """Return whether a matcher may stand in the place of a value."""
    entry = model_of(model, path[:-1]) if path else None
    if entry is None or not issubclass(entry, Entry):
        return False
    names = matching.fields(entry, entry.settings)
    return any((entry.model_fields[name].alias or name) == path[-1] for name in names)


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
    told = instead(inner, key, given, short)
    if not told and isinstance(given, str) and (spaced := re.fullmatch(r"([^\s:]+):(\S.*)", given)):
        told = f"a space is missing behind the colon: write `{spaced[1]}: {spaced[2]}`"
    if not told:
        told = f"write `{key}: {example(inner)}`"
    scalar_of = words("scalars").get(inner.__name__)
    if scalar_of and isinstance(given, int):
        told = scalar_of.replace("{value}", str(given))
    misplaced = unknown(model, path, given, only_above=True)
    return f"expected {wanted}, found {shown(given)}{misplaced or f'; {told}'}"
