"""Where the keys, values, items and lines of a YAML text begin and end.

PyYAML's nodes have marks, but no place for an alias, a dash, a `?` or a colon, and the end of a
block is the beginning of what follows it. The places are found between the marks.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from pytest_schemaverify.language.yaml import Composed

BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What ends a line for libyaml, which follows YAML 1.1 there."""

_BLANK = r"[ \t\r\n\x85\u2028\u2029]"
_COMMENT = r"#[^\r\n\x85\u2028\u2029]*"
_GAP = re.compile(rf"(?>(?:{_BLANK}|{_COMMENT})*)")
_COMMAS = re.compile(rf"(?>(?:{_BLANK}|,|{_COMMENT})*)")
_PROPERTIES = re.compile(rf"(?:[&!][^ \t\r\n]*(?>(?:{_BLANK}|{_COMMENT})*))*")
_ALIAS = re.compile(r"\*[\w-]+")
_EXPLICIT = re.compile(rf"\?(?={_BLANK}|\Z)")
_HEADER = re.compile(r"[|>][-+0-9]*")
MERGE = "tag:yaml.org,2002:merge"


@dataclass(slots=True)
class Entry:
    """A key with its value, or an item of a list, as characters of the text."""

    start: int
    """Of the key, or of the `?` or the dash before."""
    key: yaml.Node | None
    head_end: int
    """Behind the colon or the dash; behind the key where there is no colon."""
    colon: bool
    value: yaml.Node
    value_start: int
    end: int
    """Behind the last character of the value; of a block scalar before its last line break."""
    alias: bool
    """Whether it is `*name`, whose node is the one of the anchor."""


class Layout:
    """A text with the places of its nodes. The text ends with a line break, or is empty."""

    def __init__(self, text: str, nodes: Composed) -> None:
        self.text, self.root = text, nodes.root
        self._starts = [0, *(found.end() for found in BREAK.finditer(text))]
        self._entries: dict[int, list[Entry]] = {}
        self._names: dict[int, dict[str, int]] = {}

    def line(self, place: int) -> int:
        """Return the number of a place's line, from 1."""
        return bisect_right(self._starts, place)

    def line_start(self, place: int) -> int:
        """Return where the line of a place begins."""
        return self._starts[self.line(place) - 1]

    def line_end(self, place: int) -> int:
        """Return where the next line begins."""
        line = self.line(place)
        return self._starts[line] if line < len(self._starts) else len(self.text)

    def column(self, place: int) -> int:
        """Return how many characters of its line stand before a place."""
        return place - self.line_start(place)

    def line_break(self, place: int) -> str:
        """Return the line break that a new line before a place gets: the one of its neighbour."""
        before = self.line_start(max(place - 1, 0))
        found = BREAK.search(self.text, before)
        return found.group() if found else "\n"

    def begins_line(self, place: int) -> bool:
        """Return whether only blanks stand before a place in its line."""
        return not self.text[self.line_start(place) : place].strip(" \t")

    def after(self, place: int) -> int:
        """Return the next place that is neither blank nor in a comment."""
        return _end(_GAP, self.text, place)

    def index(self, node: yaml.MappingNode) -> dict[str, int]:
        """Return which entry a key is."""
        if id(node) not in self._names:
            pairs = enumerate(node.value)
            self._names[id(node)] = {key.value: i for i, (key, _) in pairs if _is_name(key)}
        return self._names[id(node)]

    def entries(self, node: yaml.CollectionNode) -> list[Entry]:
        """Return the entries of a mapping or a list in their order."""
        if id(node) not in self._entries:
            mapping = isinstance(node, yaml.MappingNode)
            self._entries[id(node)] = list(self._pairs(node) if mapping else self._items(node))
        return self._entries[id(node)]

    def in_brackets(self, node: yaml.CollectionNode) -> bool:
        """Return whether a collection has { } or [ ]; `[a: 1]` has a mapping without."""
        start = _end(_PROPERTIES, self.text, node.start_mark.index)
        return bool(node.flow_style) and self.text[start] in "{["

    def leaves(self, entry: Entry) -> Iterator[tuple[int, int]]:
        """Return begin and end of whatever has no comment in it, in the order of the text."""
        if entry.alias or not isinstance(entry.value, yaml.CollectionNode):
            header = self.header_end(entry)
            yield entry.value_start, header
            if header < entry.end and self.is_block_scalar(entry):
                yield self.line_end(header), entry.end
            return
        for inner in self.entries(entry.value):
            if inner.key is not None:
                yield inner.start, inner.head_end
            yield from self.leaves(inner)

    def header_end(self, entry: Entry) -> int:
        """Return the end of `|` or `>` and what belongs to it; the end of other values."""
        if not self.is_block_scalar(entry):
            return entry.end
        return _end(_HEADER, self.text, _end(_PROPERTIES, self.text, entry.value_start))

    def is_block_scalar(self, entry: Entry) -> bool:
        """Return whether a value is `|` or `>` with the lines below."""
        return not entry.alias and getattr(entry.value, "style", None) in ("|", ">")

    def _content(self, node: yaml.CollectionNode) -> int:
        """Return where the first entry may begin: behind anchor, tag and bracket."""
        start: int = node.start_mark.index
        first = node.value[0] if node.value else node
        if isinstance(first, tuple) and first[0].start_mark.index == start:
            return start  # what stands there is about the first key
        place = _end(_PROPERTIES, self.text, start)
        return place + (bool(node.flow_style) and self.text[place] in "{[")

    def _pairs(self, node: yaml.CollectionNode) -> Iterator[Entry]:
        place = self._content(node)
        for key, value in node.value:
            start = key_start = _end(_COMMAS, self.text, place)
            if _EXPLICIT.match(self.text, start):
                key_start = self.after(start + 1)
            _, key_end, _ = self._extent(key, key_start)
            colon = self.after(key_end)
            has_colon = self.text[colon : colon + 1] == ":"
            head_end = colon + 1 if has_colon else key_end
            extent = self._extent(value, head_end) if has_colon else (key_end, key_end, False)
            entry = Entry(start, key, head_end, has_colon, value, *extent)
            yield entry
            place = entry.end

    def _items(self, node: yaml.CollectionNode) -> Iterator[Entry]:
        place = self._content(node)
        for value in node.value:
            start = _end(_COMMAS, self.text, place)
            head_end = start + (not node.flow_style)
            entry = Entry(start, None, head_end, True, value, *self._extent(value, head_end))
            yield entry
            place = entry.end

    def _extent(self, node: yaml.Node, head_end: int) -> tuple[int, int, bool]:
        """Return begin, end and whether it is an alias, of what stands behind a place."""
        if node.start_mark.index < head_end:  # the node of an alias is the one of its anchor
            start = self.after(head_end)
            return start, _end(_ALIAS, self.text, start), True
        if node.start_mark.index == node.end_mark.index:  # nothing is written
            return head_end, head_end, False
        return node.start_mark.index, self._end_of(node), False

    def _end_of(self, node: yaml.Node) -> int:
        end: int = node.end_mark.index
        if isinstance(node, yaml.CollectionNode):
            return end if self.in_brackets(node) else self.entries(node)[-1].end
        if getattr(node, "style", None) not in ("|", ">"):
            return end
        start = _end(_PROPERTIES, self.text, node.start_mark.index)
        body = self.text[start:end]
        if "+" in body[: _end(_HEADER, body, 0)]:  # its blank lines are part of the text
            return start + len(re.sub("(?:\r\n|[\n\r\x85\u2028\u2029])\\Z", "", body))
        return start + len(body.rstrip(" \t\r\n\x85\u2028\u2029"))


def _end(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place


def _is_name(key: yaml.Node) -> bool:
    return isinstance(key, yaml.ScalarNode) and key.tag != MERGE
