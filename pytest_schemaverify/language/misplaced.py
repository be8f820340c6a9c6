"""Keys and names that stand at another place of a file than they were written at."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from .base import Named, Thing
from .include import model_at
from .models import EVERYWHERE, keys, model_of
from .other_words import is_type
from .places import Path
from .taken_apart import flow


def in_schema(inner: type[BaseModel], path: Path, given: Any) -> str:
    """Return how to write a table of a schema, where it stands in a mapping of the schema's."""
    if not issubclass(inner, Thing) or len(path) < 2:
        return ""
    nested = isinstance(given, dict) and given and {*map(str, given)} <= {*keys(inner)}
    if not nested and (path[-2] not in _SCHEMAS or path[0] in _WITHOUT_SCHEMA):
        return ""
    return f"; names have their schema in front of a dot: write `{path[-2]}.{path[-1]}: …`"


_SCHEMAS = frozenset({"public", "auth", "storage", "extensions", "private"})
"""Schemas that hardly any table is called like."""
_WITHOUT_SCHEMA = frozenset({"schemas", "roles", "extensions"})


def column(inner: type[BaseModel], key: str, given: Any) -> str:
    """Return where a column stands that was written beside the keys of its table."""
    typed = given.get("type") if isinstance(given, dict) else given
    if "columns" not in keys(inner) or not isinstance(typed, str) or not is_type(typed):
        return ""
    return one_of_names(inner, key, given)


def one_of_names(inner: type[BaseModel], key: str, given: Any) -> str:
    """Return below which key a name stands whose entry was written one level too high."""
    if not given:
        return ""
    for field in sorted(keys(inner), key="columns".__ne__):
        named = model_at(field, inner)
        if named is None or not issubclass(named, Named):
            continue
        child = model_at("*", named)
        if child is not None and _takes(child, given):
            return f"; a name stands under `{field}`: write `{field}: {{{key}: {flow(given)}}}`"
    return ""


def _takes(entry: type[BaseModel], given: Any) -> bool:
    try:
        entry.model_validate(given)
    except ValidationError:
        return False
    return isinstance(given, dict) or "short_form" in vars(entry) or hasattr(entry, "short")


def as_name(model: type[BaseModel], path: Path, named: type[BaseModel], given: Any) -> str:
    """Return where a key stands that was taken for a name."""
    key, around = str(path[-1]), model_of(model, path[:-2]) if len(path) > 1 else None
    if not issubclass(named, Named):
        return ""
    if around is not None and key in keys(around) and key not in EVERYWHERE:
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


def place(model: type[BaseModel], path: Path, given: Any) -> str:
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
    if best is None or best.cost > _FAR or key in EVERYWHERE:
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
        if inner is None or field in EVERYWHERE:
            continue
        found.append(((field,), inner))
        if issubclass(inner, Named) and (child := model_at("*", inner)):
            found.append(((field, "name"), child))
    return tuple(found)
