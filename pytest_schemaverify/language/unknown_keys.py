"""What was meant by a key that is not known: by its meaning, its place, its letters."""

import difflib
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import yaml
from pydantic import BaseModel, ValidationError

from .base import Named, Terms, Thing
from .include import model_at
from .other_words import truth, words
from .renamed import renamed
from .taken_apart import in_quotes
from .yaml import Path


def unknown(
    model: type[BaseModel], path: Path, given: Any, beside: Any = None, *, only_above: bool = False
) -> str:
    """Return what may have been meant by the last key of a path, "" where nothing is known.

    `beside` is the entry that has the key.
    `only_above` is for a name of the user's with a wrong value: it may be a key of what is around.
    """
    key, inner = str(path[-1]), model_of(model, path[:-1])
    if inner is None:
        return ""
    if only_above:
        return _as_name(model, path, inner, given)
    if why := split_by_comma(key, given) or renamed(*path):
        return f"; {why}{_joined(key, beside) if why == COMMA else ''}"
    if told := _other_word(model, inner, path, given, beside) or _in_schema(inner, path, given):
        return told
    own = keys(inner)
    if near := difflib.get_close_matches(key, own, n=1, cutoff=0.8):
        return f", did you mean `{near[0]}`?"
    return _place(model, path, given) or nearest(key, own, path)


def _joined(key: str, beside: Any) -> str:
    """Return the value that a comma has cut in two, as it has to be written."""
    names = [str(one) for one in beside] if isinstance(beside, dict) else []
    before = names[names.index(key) - 1] if key in names[1:] else ""
    value = beside[before] if before else None
    return f": `{before}: {in_quotes(f'{value}, {key}')}`" if isinstance(value, str) else ""


def nearest(word: str, choices: list[str], path: Path) -> str:
    """Return the choice that is likeliest meant by a word, or all choices."""
    meant = words("values").get(str(path[-1]) if path else "", {}).get(word.lower())
    close = [meant] if meant in choices else difflib.get_close_matches(word, choices, 1, 0.6)
    if close:
        return f", did you mean `{close[0]}`?"
    common = [one for one in choices if one not in _EVERYWHERE]
    listed = choices if len(choices) <= 16 else common
    return f"; possible here: {', '.join(listed)}" if listed else ""


def split_by_comma(key: str, value: Any) -> str:
    """Return why a key may be what follows a comma in a value, "" if it does not look like that.

    YAML reads `{type: numeric(10,2)}` as `{type: numeric(10, 2): }`.
    """
    unbalanced = key.count(")") > key.count("(")
    if not unbalanced and not (value in (None, "") and key.endswith(")")):
        return ""
    return COMMA


COMMA = "inside { } a comma ends a value: put a value that has one in quotes"


def keys(model: type[BaseModel]) -> list[str]:
    """Return the keys that an entry takes; those that any entry takes are the last."""
    found = [info.alias or name for name, info in model.model_fields.items()]
    return sorted(found, key=Terms.model_fields.__contains__)


_EVERYWHERE = frozenset({"severity", "when", "skip", "xfail", "absent", "each", "exact"})


def _other_word(
    model: type[BaseModel], inner: type[BaseModel], path: Path, given: Any, beside: Any
) -> str:
    """Return what to type instead of a word of another tool."""
    tables = [words("keys").get(one.__name__, {}) for one in inner.__mro__]
    told = next((table[str(path[-1])] for table in tables if str(path[-1]) in table), None)
    if isinstance(told, dict):
        # A word that means several things, by its value; the first is what it mostly means.
        known = truth(given)
        value = str(given if known is None else known).lower()
        told = told.get(value, next(iter(told.values())))
    if told is None:
        return ""
    if ": " not in told or told.startswith(("no ", "leave ")):
        return f"; {told}"
    if (plain := re.fullmatch(r"(\w+): \{value\}", told)) and plain[1] in keys(inner):
        return f"; write `{plain[1]}: {flow(_accepted(inner, plain[1], given))}`"
    filled = _filled(told, path, given, beside)
    key = re.match(r"[\w.]+", filled)
    if key is None or key[0] in keys(inner):
        return f"; write `{filled}`"
    return f"; write `{filled}` {_where(model, key[0], path)}"


def _accepted(inner: type[BaseModel], key: str, given: Any) -> Any:
    """Return a value of another key in the form that this key takes, None where it takes none."""
    meant = words("values").get(key, {}).get(str(given).lower(), given)
    for value in (given, meant, str(meant).lower(), [given]):
        try:
            inner.model_validate({key: value})
        except ValidationError as error:
            if any(one["loc"][:1] == (key,) for one in error.errors()):
                continue
        return value
    return None


def _where(model: type[BaseModel], key: str, path: Path) -> str:
    """Return where a key stands that is not one of the entry's."""
    for depth in range(len(path) - 2, 0, -1):
        above = model_of(model, path[:depth])
        if above is not None and key in keys(above):
            return f"in `{'.'.join(map(str, path[:depth]))}`"
    return "at the top of the file" if key in keys(model) else "instead"


def _filled(told: str, path: Path, given: Any, beside: Any) -> str:
    around = beside if isinstance(beside, dict) else {}
    told = re.sub(r"\{\.(\w+)\|(\w+)\}", lambda at: str(around.get(at[1], at[2])), told)
    names = {
        "{name}": str(path[-2]) if len(path) > 1 else "name",
        "{above}": str(path[-4]) if len(path) > 3 else "table",
        "{value}": flow(given),
        "{truth}": str(truth(given) is not False).lower(),
        "{not truth}": str(truth(given) is False).lower(),
    }
    for name, value in names.items():
        told = told.replace(name, value)
    return told


def flow(value: Any) -> str:
    """Return a value as YAML on one line; `…` for nothing and for a long one."""
    if value is None:
        return "…"
    text = yaml.safe_dump(value, default_flow_style=True, width=10**6, sort_keys=False)
    text = text.strip().removesuffix("...").strip()
    # `{a: b: c}` is no YAML, so a text may need quotes that it has not as a document.
    plain = isinstance(value, str) and text == value
    text = in_quotes(value) if plain and re.search(r"[,\[\]{}]", value) else text
    return text if len(text) <= 80 else "…"


def _in_schema(inner: type[BaseModel], path: Path, given: Any) -> str:
    """Return how to write a table of a schema, where it stands in a mapping of the schema's."""
    nested = isinstance(given, dict) and given and {*map(str, given)} <= {*keys(inner)}
    if not nested or not issubclass(inner, Thing) or len(path) < 2:
        return ""
    return f"; names have their schema in front of a dot: write `{path[-2]}.{path[-1]}: …`"


def _as_name(model: type[BaseModel], path: Path, named: type[BaseModel], given: Any) -> str:
    """Return where a key stands that was taken for a name."""
    key, around = str(path[-1]), model_of(model, path[:-2]) if len(path) > 1 else None
    if not issubclass(named, Named):
        return ""
    if around is not None and key in keys(around) and key not in _EVERYWHERE:
        place = ".".join(map(str, path[:-2])) or "the file"
        return (
            f"; `{key}` stands beside `{path[-2]}`, in `{place}`: one level higher; write "
            f"`{key}: {flow(given)}` there"
        )
    child = model_at("*", named)
    if child is not None and key in keys(child):
        return f"; a name stands in front of `{key}`: write `{path[-2]}: {{name: {{{key}: …}}}}`"
    return ""


_FAR = 4
"""Levels up and down beyond which a key of the same name means something else."""


class _Place(NamedTuple):
    """A place at which a key may stand."""

    cost: int
    up: int
    """Levels above the entry in which the key was written."""
    steps: tuple[str, ...]
    """Keys that lead down from there; `name` is a name of the user's."""


def _place(model: type[BaseModel], path: Path, given: Any) -> str:
    """Return the nearest place at which a key may stand: below, above, or beside what is above."""
    key, parent = str(path[-1]), path[:-1]
    found: list[_Place] = []
    for up in range(len(parent) + 1):
        above = model_of(model, parent[: len(parent) - up])
        if above is None:
            continue
        if up and key in keys(above):
            found.append(_Place(up, up, ()))
        found += [
            _Place(up + len(steps) - steps.count("name"), up, steps)
            for steps in _below(above, key, 3)
        ]
    best = min(found, key=lambda one: one.cost, default=None)
    if best is None or best.cost > _FAR or key in _EVERYWHERE:
        return ""
    written = f"{key}: {flow(given)}"
    for step in reversed(best.steps):
        written = f"{step}: {{{written}}}"
    higher = parent[: len(parent) - best.up]
    where = f" in `{'.'.join(map(str, higher))}`" if higher else " at the top of the file"
    under = f" under `{'.'.join(best.steps)}`" if best.steps else ""
    return f"; `{key}` stands{under}{where if best.up else ''}: write `{written}`"


def _below(model: type[BaseModel], key: str, depth: int) -> Iterator[tuple[str, ...]]:
    """Yield the keys that lead from an entry to those in it that take a key."""
    if not depth:
        return
    for steps, entry in _inside(model):
        if key in keys(entry):
            yield steps
        for more in _below(entry, key, depth - 1):
            yield (*steps, *more)


@cache
def _inside(model: type[BaseModel]) -> tuple[tuple[tuple[str, ...], type[BaseModel]], ...]:
    """Return the entries in an entry, each with the keys that lead there."""
    found: list[tuple[tuple[str, ...], type[BaseModel]]] = []
    for field in keys(model):
        inner = model_at(field, model)
        if inner is None or field in _EVERYWHERE:
            continue
        found.append(((field,), inner))
        if issubclass(inner, Named) and (child := model_at("*", inner)):
            found.append(((field, "name"), child))
    return tuple(found)


def model_of(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """Return the model of a place of the file; None where there is none."""
    found: type[BaseModel] | None = model
    for part in path:
        inner = model_at(part, found) if found is not None else None
        # `except: {name: {…}}` has a model behind the name only.
        found = inner or (found if found is not None and _is_name(part, found) else None)
    return found


def _is_name(part: str | int, model: type[BaseModel]) -> bool:
    """Return whether a part of a path is a name of the user's, or a number, and no key of ours."""
    return str(part) not in keys(model)
