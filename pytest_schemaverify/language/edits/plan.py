"""Makes splices of changes: those of one mapping or list are planned together."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import yaml

from pytest_schemaverify.language.places import Path

from . import block, flow
from .changes import Add, Append, Change, Put, Refused, target
from .layout import Layout
from .pieces import Piece, braces, head, mapping, piece
from .places import Place, forbid, forbid_anchored, located
from .splices import Splice
from .steps import Steps


@dataclass(slots=True)
class _Group:
    """What happens to the entries of one mapping or list."""

    place: Place
    gone: set[int] = field(default_factory=set)
    new: list[Add | Append] = field(default_factory=list)


def planned(layout: Layout, steps: Steps, changes: Iterable[Change]) -> list[Splice]:
    """Return the splices of changes. Raises Refused for one that a person has to make."""
    groups: dict[Path, _Group] = {}
    found: list[Splice] = []
    for change in changes:
        place = located(layout, change.path)
        if isinstance(change, Add | Append):
            forbid_anchored(layout, place, target(change))
            groups.setdefault(change.path, _Group(place)).new.append(change)
            continue
        if not change.path:
            raise Refused(change.path, "it is the whole file")
        forbid(layout, place)
        if isinstance(change, Put):
            found += _put(layout, steps, place, piece(change, flow=place.flow))
        else:
            parent = located(layout, change.path[:-1])
            groups.setdefault(parent.path, _Group(parent)).gone.add(place.number)
    for group in groups.values():
        found += _regrouped(layout, steps, group)
    return found


def _put(layout: Layout, steps: Steps, place: Place, new: Piece) -> list[Splice]:
    return flow.put(layout, place, new) if place.flow else block.put(layout, place, new, steps)


def _regrouped(layout: Layout, steps: Steps, group: _Group) -> list[Splice]:
    place, node = group.place, group.place.node
    if not isinstance(node, yaml.CollectionNode) or not node.value:
        empty = [(head(one), piece(one, flow=place.flow)) for one in group.new]
        return _filled(layout, steps, place, empty)
    in_flow = place.flow or bool(node.flow_style)
    new = [(head(one), piece(one, flow=in_flow)) for one in group.new]
    if in_flow:
        return flow.change(layout, place, group.gone, new)
    if len(group.gone) < len(node.value):
        kept = block.insert(layout, place, new, steps) if new else []
        return [*block.remove(layout, place, group.gone), *kept]
    if not new:
        nothing = "{}" if isinstance(node, yaml.MappingNode) else "[]"
        return block.emptied(layout, place, group.gone, nothing)
    column = layout.column(layout.entries(node)[0].start)
    lines = block.block_lines(new, column, node, steps)
    return block.replaced(layout, place, group.gone, lines)


def _filled(
    layout: Layout, steps: Steps, place: Place, new: list[tuple[str, Piece]]
) -> list[Splice]:
    """Return how entries come into nothing, `{}` or `[]`."""
    if place.flow:
        inner = braces(new, wide=1_000_000)
        if inner is None:
            raise Refused(place.path, "what is to be added has several lines, inside braces")
        return flow.put(layout, place, inner)
    below = mapping(new, steps.mapping(), steps.sequence())
    if place.entry is None:
        return [_first_lines(layout, place.node, below)]
    short = braces(new) if isinstance(place.node, yaml.CollectionNode) else None
    return block.put(layout, place, short or below, steps)


def _first_lines(layout: Layout, node: yaml.Node | None, new: Piece) -> Splice:
    """Return how a file gets its first entries."""
    if isinstance(node, yaml.CollectionNode):
        nl = layout.line_break(layout.line_end(node.start_mark.index))
        return Splice(node.start_mark.index, node.end_mark.index, nl.join(new.lines), 0)
    at = len(layout.text) if node is None else layout.line_end(node.end_mark.index)
    nl = layout.line_break(at)
    return Splice(at, at, "".join(line + nl for line in new.lines), 0)
