"""Splices for what stands in braces or brackets, on one line or on several."""

import re
from collections.abc import Sequence

import yaml

from .changes import Refused
from .layout import Entry, Layout
from .pieces import Piece, flow_entry, refuse_comment
from .places import Place, commented
from .splices import Splice


def put(layout: Layout, place: Place, new: Piece) -> list[Splice]:
    """Return how a value in braces becomes another one. Raises Refused for a comment in it."""
    entry = place.entry
    assert entry is not None  # a place outside of the file's root
    refuse_comment(place.path, commented(layout, entry, entry.value_start, entry.end))
    text = flow_entry("-", new, _indent(layout, entry.start) + 2)
    if entry.key is not None and not layout.text[entry.value_start - 1].isspace():
        text = f" {text}"
    if not entry.colon:
        text = f":{text}"
    nl = layout.line_break(layout.line_end(entry.start))
    return [Splice(entry.value_start, entry.end, text.replace("\n", nl), len(place.path))]


def change(
    layout: Layout, place: Place, gone: set[int], new: Sequence[tuple[str, Piece]]
) -> list[Splice]:
    """Return how entries of a mapping in braces, or of a list in brackets, go and come."""
    assert isinstance(place.node, yaml.CollectionNode)
    if not layout.in_brackets(place.node):
        raise Refused(place.path, "it is a key with its value in brackets, without braces")
    entries, depth = layout.entries(place.node), len(place.path)
    left = [number for number in range(len(entries)) if number not in gone]
    start = entries[0].start if entries else place.node.end_mark.index - 1
    nl = layout.line_break(layout.line_end(start))
    texts = [flow_entry(*one, _indent(layout, start) + 2).replace("\n", nl) for one in new]
    if not left:
        return _all_new(layout, place.node, texts, depth)
    before = sorted(number for number in gone if number < left[-1])
    found = [_removed(layout, entries, number, gone, depth) for number in before]
    if len(left) < len(entries) and left[-1] + 1 < len(entries):
        found += _tail(layout, entries, left[-1], depth, keep_comma=bool(texts))
    return found + _added(layout, entries, left[-1], texts, depth)


def _all_new(
    layout: Layout, node: yaml.CollectionNode, texts: list[str], depth: int
) -> list[Splice]:
    """Return how everything in braces goes, and new entries take its place."""
    end = node.end_mark.index - 1
    entries = layout.entries(node)
    if not entries:
        return [Splice(end, end, ", ".join(texts), depth)]
    if not texts:
        return [Splice(_opening(layout, entries[0]), end, "", depth)]
    return [Splice(entries[0].start, entries[-1].end, ", ".join(texts), depth)]


def _opening(layout: Layout, first: Entry) -> int:
    start = first.start
    while layout.text[start - 1] not in "{[":
        start -= 1
    return start


def _removed(
    layout: Layout, entries: list[Entry], number: int, gone: set[int], depth: int
) -> Splice:
    """Return how an entry goes that others follow, which stay."""
    entry, following = entries[number], entries[number + 1]
    comma = _comma(layout, entry.end)
    line_end = layout.line_end(comma)
    if following.start < line_end:
        return Splice(entry.start, following.start, "", depth)
    if layout.begins_line(entry.start):
        return Splice(layout.line_start(entry.start), line_end, "", depth)
    if number - 1 in gone:
        return Splice(entry.start, comma, "", depth)
    if number:
        return Splice(_comma(layout, entries[number - 1].end), comma, "", depth)
    between = layout.text[comma : following.start]
    return Splice(entry.start, comma if between.strip() else following.start, "", depth)


def _tail(
    layout: Layout, entries: list[Entry], last: int, depth: int, *, keep_comma: bool
) -> list[Splice]:
    """Return how all entries behind the last one that stays go."""
    first, end = entries[last + 1], entries[-1].end
    comma, trailing = _comma(layout, entries[last].end), _comma(layout, end)
    without_comma = Splice(comma - 1, comma, "", depth)
    if _has_lines(layout, first, end):
        start, behind = layout.line_start(first.start), layout.line_end(trailing or end)
        found = [Splice(start, behind, "", depth)]
        return found if keep_comma or trailing else [*found, without_comma]
    if "#" in layout.text[comma : first.start]:
        return [without_comma, Splice(first.start, end, "", depth)]
    # `{a: }` is YAML, `{a:}` is not.
    stays = entries[last].end if entries[last].end > entries[last].head_end else comma - 1
    return [Splice(stays, end, "", depth)]


def _added(
    layout: Layout, entries: list[Entry], last: int, texts: list[str], depth: int
) -> list[Splice]:
    """Return how entries come behind the last one: below it if it has a line of its own."""
    end = entries[-1].end
    trailing = _comma(layout, end)
    shape = entries[min(last + 1, len(entries) - 1)]
    if not texts:
        return []
    if _has_lines(layout, shape, end):
        line_end = layout.line_end(trailing or end)
        nl, indent = layout.line_break(line_end), " " * layout.column(shape.start)
        lines = indent + f",{nl}{indent}".join(texts) + "," * bool(trailing) + nl
        comma = [] if trailing or last + 1 < len(entries) else [Splice(end, end, ",", depth)]
        return [*comma, Splice(line_end, line_end, lines, depth)]
    between = ", "
    if len(entries) > 1 and all(layout.begins_line(one.start) for one in entries[1:]):
        between = f",{layout.line_break(shape.start)}{' ' * layout.column(shape.start)}"
    if trailing:
        return [Splice(trailing, trailing, f"{between[1:]}{between.join(texts)},", depth)]
    return [Splice(end, end, "".join(f"{between}{text}" for text in texts), depth)]


def _has_lines(layout: Layout, entry: Entry, end: int) -> bool:
    """Return whether an entry begins a line, and the last one ends before the closing brace's."""
    behind = _comma(layout, end) or end
    return layout.begins_line(entry.start) and layout.line_end(behind) <= layout.after(behind)


_COMMA = re.compile(r"(?>(?:[ \t\r\n]|#[^\r\n]*)*),")


def _comma(layout: Layout, end: int) -> int:
    """Return the place behind the comma that follows an entry, 0 for none."""
    found = _COMMA.match(layout.text, end)
    return found.end() if found else 0


def _indent(layout: Layout, place: int) -> int:
    line = layout.text[layout.line_start(place) : layout.line_end(place)]
    return len(line) - len(line.lstrip(" "))
