"""Every place of the language where a text may stand, as the JSON Schema has it."""

import functools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import yaml

from tools.fuzz.schema import ROOT, branches, document, named_entries, resolved, types

ITEM = "[]"
"""In a path, an item of a list."""
KEY = "<key>"
"""At the end of a path, a name that the user chooses."""

Steps = tuple[str, ...]


class Place(NamedTuple):
    """A place where a text may stand."""

    path: Steps
    """Keys that lead there; `*` for a name that the user chooses."""
    written: Steps
    """The same, with names of what is in the database."""
    around: Callable[[str], Any]
    """Returns the smallest file, as a value, that has a text there."""

    def __str__(self) -> str:
        return ".".join(self.path)


DATA: dict[str, Any] = yaml.safe_load(
    (ROOT / "tests/data/hostile.yaml").read_text(encoding="utf-8")
)
"""What is put into files, and where; the file says what it is."""


def _ending(known: dict[str, Any], path: Steps) -> Any:
    """Return what is known of the longest end of a path."""
    for start in range(len(path)):
        if (found := known.get(".".join(path[start:]))) is not None:
            return found
    return None


@functools.cache
def places() -> tuple[Place, ...]:
    """Return every place; what contains itself is followed once."""
    found = list(_below(document(), Place((), (), lambda value: value), ()))
    return tuple({place.path: place for place in found}.values())


def _below(node: Any, at: Place, within: tuple[str, ...]) -> Iterator[Place]:
    reference = node.get("$ref", "") if isinstance(node, dict) else ""
    if reference and (reference in within or reference == "#/$defs/Variable"):
        return
    within = (*within, reference) if reference else within
    node = resolved(node)
    alternatives = [*node.get("anyOf", ()), *node.get("oneOf", ())]
    for alternative in alternatives:
        yield from _below(alternative, at, within)
    kinds = types(node) or (
        [] if alternatives else ["object" if "properties" in node else "string"]
    )
    if "string" in kinds and not {"const", "enum"} & node.keys():
        yield at
    if "array" in kinds:
        least = max(1, node.get("minItems", 1))
        yield from _below(
            node.get("items", {}), _into(at, ITEM, ITEM, lambda value: [value] * least), within
        )
    if "object" in kinds:
        yield from _of_mapping(node, at, within)


def _of_mapping(node: dict[str, Any], at: Place, within: tuple[str, ...]) -> Iterator[Place]:
    beside = _ending(DATA["beside"], _plain(at.path)) or {}
    needed = {key: _least(node["properties"][key]) for key in node.get("required", ())} | beside
    for key, child in node.get("properties", {}).items():
        yield from _below(child, _into(at, key, key, _keyed(needed, key)), within)
    more = named_entries(node)
    if more is None:
        return
    named = _ending(DATA["names"], _plain(at.path)) or "users"
    names = named if isinstance(named, dict) else {"": named}
    entry = _ending(DATA["beside"], (*_plain(at.path), "*")) or _least(more)
    yield _into(at, KEY, KEY, lambda text: needed | {text: entry})
    for kind, name in names.items():
        for place in _below(more, _into(at, "*", name, _keyed(needed, name)), within):
            inner = place.path[len(at.path) + 1 :][:1]
            if (inner[0] if inner and inner[0] in names else "") == kind:
                yield place


def _keyed(needed: dict[str, Any], key: str) -> Callable[[Any], Any]:
    return lambda value: needed | {key: value}


def _into(at: Place, step: str, written: str, inner: Callable[[Any], Any]) -> Place:
    return Place((*at.path, step), (*at.written, written), lambda value: at.around(inner(value)))


def _plain(path: Steps) -> Steps:
    """Return a path without `migrations.at.*`, below which the whole language is repeated."""
    return path[3:] if path[:3] == ("migrations", "at", "*") else path


def _least(node: Any) -> Any:
    """Return a small value that fits a node."""
    known = [one for one in branches(node) if "minProperties" not in one]  # that is a matcher
    one = next((one for one in known if "properties" in one), known[0])
    if "const" in one or "enum" in one:
        return one.get("const", [*one.get("enum", ()), None][0])
    kind = (types(one) or ["string"])[0]
    if kind == "object":
        return {key: _least(one["properties"][key]) for key in one.get("required", ())}
    return {"array": [], "integer": 1, "number": 1, "boolean": True}.get(kind, "users")
