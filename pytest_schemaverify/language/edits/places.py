"""Finds what a path leads to in a text, and says what only a person may change there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from pytest_schemaverify.language.places import Path

from .changes import Refused
from .layout import MERGE, Entry, Layout

_VARIABLE = re.compile(r"(?<!\$)(?P<written>\$\{[^{}]*\}?)")
"""What is filled in; `$${…}` stands for the text itself."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a path leads to."""

    path: Path
    node: yaml.Node | None
    """The value; None in a file without any."""
    entry: Entry | None = None
    """The key or item that has the value; None for the whole file."""
    parent: yaml.CollectionNode | None = None
    number: int = 0
    """Which entry of the parent it is."""
    flow: bool = False
    """Whether it stands in braces or brackets."""


def located(layout: Layout, path: Path) -> Place:
    """Return the place of a path. Raises Refused where nothing is or a person has to write."""
    place = Place((), layout.root)
    for part in path:
        node = place.node
        forbid_anchored(layout, place, path)
        if isinstance(node, yaml.MappingNode):
            number = _number(layout, node, str(part), path)
        elif isinstance(node, yaml.SequenceNode) and part in range(len(node.value)):
            number = int(part)
        else:
            raise Refused(path, f"there is no `{part}`")
        entry = layout.entries(node)[number]
        flow = place.flow or bool(node.flow_style)
        place = Place((*place.path, part), entry.value, entry, node, number, flow)
    return place


def forbid_anchored(layout: Layout, place: Place, path: Path) -> None:
    """Raise Refused if what is at a place may not get other entries."""
    # A tag on a mapping or a list says nothing about what is in it.
    tagged = layout.text.startswith("!", place.entry.value_start) if place.entry else False
    if place.entry is not None and not tagged and (why := _own(layout, place.entry)):
        raise Refused(path, f"`{place.path[-1]}` {why}")


def forbid(layout: Layout, place: Place) -> None:
    """Raise Refused if a value, or anything in it, is for a person to rewrite."""
    if place.entry is not None:
        for why in _inside(layout, place.entry):
            raise Refused(place.path, f"the value {why}")


def commented(layout: Layout, entry: Entry, start: int, end: int) -> int:
    """Return the line of the first comment within a value and up to an end; 0 for none."""
    if "#" not in layout.text[start:end]:
        return 0
    for begin, behind in [*layout.leaves(entry), (end, end)]:
        if "#" in layout.text[start:begin]:
            return layout.line(layout.text.index("#", start))
        start = max(start, behind)
    return 0


def _number(layout: Layout, node: yaml.MappingNode, key: str, path: Path) -> int:
    number = layout.index(node).get(key)
    if number is not None:
        return number
    for name, _ in node.value:
        if name.tag == MERGE:
            line = layout.line(name.start_mark.index)
            raise Refused(path, f"`{key}` is not written here: it comes from `<<` in line {line}")
    raise Refused(path, f"there is no `{key}`")


def _own(layout: Layout, entry: Entry) -> str:
    """Return what a value is by itself that a person should look at, "" for nothing."""
    line = layout.line(entry.value_start)
    text = layout.text[entry.value_start : entry.end]
    if entry.alias:
        return f"is the alias `{text}` in line {line}"
    if text.startswith("&"):
        return f"has the anchor `{text.split()[0]}` in line {line}, which aliases repeat"
    if text.startswith("!"):
        return f"has the tag `{text.split()[0]}` in line {line}"
    if isinstance(entry.value, yaml.ScalarNode):
        return _variable(entry.value.value, line)
    return ""


def _inside(layout: Layout, entry: Entry) -> Iterator[str]:
    """Return what keeps a value from being rewritten, of it and of everything in it."""
    if why := _own(layout, entry):
        yield why
    elif isinstance(entry.value, yaml.CollectionNode):
        for inner in layout.entries(entry.value):
            if inner.key is not None:
                yield from _key(layout, inner.key, inner)
            yield from _inside(layout, inner)


def _key(layout: Layout, key: yaml.Node, entry: Entry) -> Iterator[str]:
    line = layout.line(entry.start)
    if key.tag == MERGE:
        yield f"has a merge key `<<` in line {line}"
    elif not isinstance(key, yaml.ScalarNode) or layout.text[entry.start] in "&*!":
        yield f"has a key with an anchor, an alias or a tag in line {line}"
    elif why := _variable(key.value, line):
        yield why


def _variable(text: str, line: int) -> str:
    found = _VARIABLE.search(text)
    return f"has a variable in line {line}: `{found['written']}`" if found else ""
