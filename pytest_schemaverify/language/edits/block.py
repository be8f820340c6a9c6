"""Splices for keys and items that have lines of their own, and for values outside of braces."""

from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from pytest_schemaverify.language.places import Path

from .changes import Refused
from .layout import Entry, Layout
from .pieces import Piece, entry_lines, refuse_comment, shifted
from .places import Place, commented
from .splices import Splice
from .steps import Steps


@dataclass(frozen=True, slots=True)
class Spans:
    """The two parts of a value: the one on the line of its key, and the lines below."""

    head: tuple[int, int]
    body: tuple[int, int]
    below: bool
    """Whether all of the value is in the lines below."""


def put(layout: Layout, place: Place, new: Piece, steps: Steps) -> list[Splice]:
    """Return how a value outside of braces becomes another one.

    Raises Refused if a comment in it would be lost.
    """
    entry = place.entry
    assert entry is not None  # a place outside of the file's root
    spans = _spans(layout, entry, new)
    stop = spans.body[1] if spans.below else layout.header_end(entry)
    stop = max(stop, spans.head[1])
    refuse_comment(place.path, commented(layout, entry, entry.value_start, stop))
    _refuse_swallowed(layout, place.path, entry, new, spans.body[1])
    head, body = _written(layout, entry, new, spans, steps)
    start, end = spans.head
    if head and not layout.text[start - 1].isspace():
        head = f" {head}"
    if not entry.colon:
        head = f"{layout.line_break(start)}{' ' * layout.column(entry.start)}:{head}"
    if not head:
        start = entry.head_end  # without the blanks behind the colon
    depth = len(place.path)
    nl = layout.line_break(spans.body[0])
    lines = "".join(line + nl for line in body)
    return [Splice(start, end, head.replace("\n", nl), depth), Splice(*spans.body, lines, depth)]


def _refuse_swallowed(layout: Layout, path: Path, entry: Entry, new: Piece, below: int) -> None:
    if new.kind == "scalar" and _behind(layout, below, layout.column(entry.start) + 1) > below:
        line = layout.line(below)
        raise Refused(path, f"the comment in line {line} would become a part of the text")


def insert(
    layout: Layout, place: Place, entries: Sequence[tuple[str, Piece]], steps: Steps
) -> list[Splice]:
    """Return how keys come into a block mapping, or items into a block list."""
    assert isinstance(place.node, yaml.CollectionNode)
    present = layout.entries(place.node)
    column = layout.column(present[0].start)
    at = _behind(layout, layout.line_end(present[-1].end), max(column, 1))
    nl = layout.line_break(at)
    lines = block_lines(entries, column, place.node, steps)
    return [Splice(at, at, "".join(line + nl for line in lines), len(place.path))]


def remove(layout: Layout, place: Place, gone: set[int]) -> list[Splice]:
    """Return how some entries of a block mapping or list go, or all of them.

    An entry takes the rest of its last line along, and its comment above as `_above` has it.
    """
    assert isinstance(place.node, yaml.CollectionNode)
    entries, depth = layout.entries(place.node), len(place.path) + 1
    if layout.begins_line(entries[0].start) or 0 not in gone:
        return _lines_gone(layout, entries, gone, depth)
    leading = _leading(gone)
    first = _first_of_compact(layout, entries, leading, depth)
    rest = {number for number in gone if number >= leading}
    return [first, *_lines_gone(layout, entries, rest, depth)]


def replaced(layout: Layout, place: Place, gone: set[int], lines: Sequence[str]) -> list[Splice]:
    """Return how new lines take the place of all entries of a block."""
    assert isinstance(place.node, yaml.CollectionNode)
    entries, depth = layout.entries(place.node), len(place.path) + 1
    first = entries[0]
    nl = layout.line_break(layout.line_end(first.end))
    new = Splice(first.start, first.end, nl.join(lines).lstrip(" "), depth)
    return [new, *_lines_gone(layout, entries, gone - {0}, depth)]


def emptied(layout: Layout, place: Place, gone: set[int], empty: str) -> list[Splice]:
    """Return how a block loses all of its entries: `{}` or `[]` stays behind."""
    assert isinstance(place.node, yaml.CollectionNode)
    first = layout.entries(place.node)[0]
    if place.entry is None or not layout.begins_line(first.start):
        return replaced(layout, place, gone, [empty])
    at = place.entry.head_end
    return [Splice(at, at, f" {empty}", len(place.path)), *remove(layout, place, gone)]


def block_lines(
    entries: Sequence[tuple[str, Piece]], column: int, parent: yaml.Node | None, steps: Steps
) -> list[str]:
    """Return the lines of new entries of a block."""
    lines = []
    for head, value in entries:
        lists = value.kind == "sequence"
        step = steps.sequence(parent) if lists else steps.mapping(parent)
        lines += entry_lines(head, value, column, step)
    return lines


def _spans(layout: Layout, entry: Entry, new: Piece) -> Spans:
    start, end = entry.value_start, entry.end
    behind = layout.line_end(end)
    block = isinstance(entry.value, yaml.CollectionNode) and not entry.value.flow_style
    own_line = layout.begins_line(start) and start > entry.head_end
    if own_line and (block or new.kind in ("mapping", "sequence")):
        at = entry.head_end
        return Spans((at, at), (layout.line_start(start), behind), below=True)
    header = layout.header_end(entry)
    if layout.is_block_scalar(entry):
        first = layout.line_end(header)
        return Spans((start, header), (first, max(first, behind)), below=False)
    if start == end and new.kind in ("mapping", "sequence"):
        behind = _behind(layout, behind, layout.column(entry.start) + 1)
    return Spans((start, end), (behind, behind), below=False)


def _written(
    layout: Layout, entry: Entry, new: Piece, spans: Spans, steps: Steps
) -> tuple[str, list[str]]:
    """Return what stands on the line of the key, and the lines below."""
    column = layout.column(entry.start)
    first, *rest = new.lines
    if new.kind == "inline":
        below = column + steps.mapping()
        return "\n".join([first, *shifted(Piece(rest, "inline"), below)]), []
    if new.kind == "scalar":
        return first, shifted(Piece(rest, "scalar"), column)
    if entry.key is not None or spans.below:
        return "", shifted(new, _column_below(layout, entry, new, spans, steps))
    at = column + 2 if entry.value_start == entry.head_end else layout.column(entry.value_start)
    return "\n".join([first, *shifted(Piece(rest, new.kind), at)]), []


def _column_below(layout: Layout, entry: Entry, new: Piece, spans: Spans, steps: Steps) -> int:
    kind = yaml.SequenceNode if new.kind == "sequence" else yaml.MappingNode
    if spans.below and isinstance(entry.value, kind) and not entry.value.flow_style:
        return layout.column(entry.value_start)
    step = steps.sequence() if new.kind == "sequence" else steps.mapping()
    return layout.column(entry.start) + (step if entry.key is not None else max(step, 1))


def _behind(layout: Layout, place: int, column: int) -> int:
    """Return the place behind the comments that follow and are indented at least so far."""
    while place < len(layout.text):
        line = layout.text[place : layout.line_end(place)]
        text = line.lstrip(" ")
        if not text.startswith("#") or len(line) - len(text) < column:
            break
        place = layout.line_end(place)
    return place


def _lines_gone(layout: Layout, entries: list[Entry], gone: set[int], depth: int) -> list[Splice]:
    return [
        Splice(_above(layout, entries, number), layout.line_end(entries[number].end), "", depth)
        for number in sorted(gone)
    ]


def _leading(gone: set[int]) -> int:
    return next(number for number in range(len(gone) + 1) if number not in gone)


def _first_of_compact(layout: Layout, entries: list[Entry], left: int, depth: int) -> Splice:
    """Return how the first entries go that stand behind a dash: `- a: 1`. Others are left."""
    first, last = entries[0], entries[left - 1]
    between = layout.text[layout.line_end(last.end) : entries[left].start]
    if not between.strip(" "):
        return Splice(first.start, entries[left].start, "", depth)
    # Comments of those that stay are kept: the dash gets a line of its own.
    start = first.start
    while layout.text[start - 1] in " \t":
        start -= 1
    end = layout.line_end(last.end)
    return Splice(start, end, layout.line_break(end), depth)


def _above(layout: Layout, entries: list[Entry], number: int) -> int:
    """Return where an entry begins that goes, with what goes along from the lines above.

    Comment lines right above belong to it alone if it is not the first one, which they may
    introduce all entries with, and if no other entry follows without a blank line or a comment
    between. Of two blank lines, one above and one below, the one above goes.
    """
    entry = entries[number]
    start = layout.line_start(entry.start)
    floor = layout.line_end(entries[number - 1].end) if number else start
    next_line = layout.line_end(entry.end)
    follows = layout.text[next_line : layout.line_end(next_line)].strip()
    column = layout.column(entry.start)
    if number == 0:
        return start
    comments = start
    while comments > floor and _is_comment(layout, comments - 1, column):
        comments = layout.line_start(comments - 1)
    alone = number + 1 == len(entries) or not follows or follows.startswith("#")
    start = comments if alone else start
    blank_above = start > floor and not layout.text[layout.line_start(start - 1) : start].strip()
    return layout.line_start(start - 1) if blank_above and not follows else start


def _is_comment(layout: Layout, place: int, column: int) -> bool:
    line = layout.text[layout.line_start(place) : place]
    return line.lstrip(" ").startswith("#") and len(line) - len(line.lstrip(" ")) == column
