"""Judges changes of YAML texts without the code that makes them.

The data is found by plain Python, the places by PyYAML's own nodes, the comments by its tokens.
"""

import copy
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from pytest_schemaverify.language.edits import Add, Append, Change, Put, Refused, Remove
from pytest_schemaverify.language.places import Path
from pytest_schemaverify.language.yaml import Document, composed
from tests.language.random_edits import target


class Region(NamedTuple):
    """Characters of the old text that a change may touch."""

    start: int
    end: int


def judge(
    before: str,
    changes: list[Change],
    changed: str,
    refused: list[Refused],
    *,
    places: bool = True,
) -> None:
    """Fail if a change is not made as it says, or anything else is not as before.

    In a text with odd aliases and empty keys the places are not known.
    """
    reported = Counter(one.path for one in refused)
    done = [one for one in changes if not reported[_reported(one)]]
    assert sum(reported.values()) + len(done) == len(changes)
    told = f"{done}\n{before}\n{changed}"
    old, new = before.removeprefix("\ufeff"), changed.removeprefix("\ufeff")
    after = Document(new)
    assert not after.problems, told
    wanted = _expected(Document(old).data, done)
    assert repr(after.data) == repr(wanted), told
    assert changed.startswith("\ufeff") == before.startswith("\ufeff"), told
    assert _line_ends(changed) <= _line_ends(before) or not _line_ends(before), told
    if not places:
        return
    root = composed(old).root
    regions = [_region(old, root, change) for change in done]
    _same_outside(old, new, regions, told)
    gone = [_region(old, root, change) for change in done if isinstance(change, Remove)]
    assert _is_within(_comments(old, gone), _comments(new, [])), told


def _line_ends(text: str) -> set[str]:
    return set(re.findall("\r\n|\r|\n", text))


def _reported(change: Change) -> Path:
    return change.path if isinstance(change, Append) else target(change)


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _expected(data: Any, changes: list[Change]) -> Any:
    whole = [copy.deepcopy(data)]
    gone: list[tuple[Any, Any]] = []
    for change in changes:
        path: Path = (0, *change.path)
        holder, last = _at(whole, path[:-1]), path[-1]
        if isinstance(change, Put):
            holder[last] = change.value
        elif isinstance(change, Remove):
            gone.append((holder, last))
        elif isinstance(change, Add):
            holder[last] = {} if holder[last] is None else holder[last]
            holder[last][change.key] = change.value
        else:
            holder[last] = holder[last] or []
            holder[last].append(change.value)
    for holder, last in sorted(gone, key=lambda one: str(one[1]).zfill(9), reverse=True):
        del holder[last]
    return whole[0]


def _region(text: str, root: Any, change: Change) -> Region:
    if isinstance(change, Put):
        return _value(text, root, change.path)
    if isinstance(change, Remove):
        return _entry(text, root, change.path)
    node = _node(root, change.path)
    if node is None:
        return Region(len(text), len(text))
    if not isinstance(node, yaml.CollectionNode) or not node.value:
        return _value(text, root, change.path) if change.path else Region(0, len(text))
    last = _end_of(text, _children(node)[-1])
    if node.flow_style:
        return Region(last, node.end_mark.index)
    return Region(last, _with_comments(text, _line_end(text, last)))


def _value(text: str, root: Any, path: Path) -> Region:
    """Return the place between a key and the line behind its value."""
    node = _node(root, path)
    end = max(_head(text, root, path), _end(text, node))
    behind = _line_end(text, end)
    nothing = node.start_mark.index == node.end_mark.index
    return Region(_head(text, root, path), _with_comments(text, behind) if nothing else behind)


def _entry(text: str, root: Any, path: Path) -> Region:
    """Return the place of a key with its value, with the comment and blank lines above."""
    parent, number = _place(root, path)
    children = _children(parent)
    key, value = children[number]
    start = _head(text, root, path[:-1])
    if number:
        before = _end_of(text, children[number - 1])
        start = before if parent.flow_style else _line_end(text, before)
    behind = _line_end(text, max(_end(text, value), (key or value).end_mark.index))
    if number + 1 < len(children):
        following = children[number + 1]
        behind = max(behind, (following[0] or following[1]).start_mark.index)
    elif parent.flow_style:
        behind = max(behind, parent.end_mark.index)
    # A file without a line break at its end has none afterwards either.
    return Region(len(text[:start].rstrip()) if behind == len(text) else start, behind)


def _head(text: str, root: Any, path: Path) -> int:
    """Return the end of a key, or where an item may begin."""
    if not path:
        return 0
    parent, number = _place(root, path)
    children = _children(parent)
    key = children[number][0]
    if key is not None:
        return int(key.end_mark.index)
    return _end_of(text, children[number - 1]) if number else int(parent.start_mark.index)


def _place(root: Any, path: Path) -> tuple[Any, int]:
    parent = _node(root, path[:-1])
    if isinstance(parent, yaml.SequenceNode):
        return parent, int(path[-1])
    return parent, [key.value for key, _ in parent.value].index(path[-1])


def _node(root: Any, path: Path) -> Any:
    for length in range(1, len(path) + 1):
        parent, number = _place(root, path[:length])
        if length == len(path):
            return _children(parent)[number][1]
    return root


def _children(node: Any) -> list[tuple[Any, Any]]:
    pairs = isinstance(node, yaml.MappingNode)
    return list(node.value) if pairs else [(None, item) for item in node.value]


def _end_of(text: str, child: tuple[Any, Any]) -> int:
    key, value = child
    if key is None:
        return _end(text, value)
    alias = value.start_mark.index < key.end_mark.index
    nothing = value.start_mark.index == value.end_mark.index
    if alias or (nothing and ":" not in text[key.end_mark.index : value.start_mark.index]):
        return int(key.end_mark.index)
    return _end(text, value)


def _end(text: str, node: Any) -> int:
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        return _end_of(text, _children(node)[-1])
    start, end = int(node.start_mark.index), int(node.end_mark.index)
    if getattr(node, "style", None) not in ("|", ">"):
        return end
    written = text[start:end]
    # The blank lines at the end of `|+` are a part of it.
    kept = written.removesuffix("\n").removesuffix("\r")
    return start + len(kept if written[1] == "+" else written.rstrip())


def _line_end(text: str, place: int) -> int:
    found = re.compile("\r\n|\r|\n").search(text, place)
    return found.end() if found else len(text)


def _with_comments(text: str, place: int) -> int:
    found = re.compile(r"(?:[ \t]+#[^\r\n]*(?:\r\n|\r|\n|$))*").match(text, place)
    return found.end() if found else place


def _same_outside(before: str, after: str, regions: list[Region], told: str) -> None:
    """Fail if the text outside of the regions is not there as before, in its order."""
    rest, place, done = [], 0, 0
    for start, end in sorted(regions):
        if start >= done:
            rest.append(before[done:start])
        done = max(done, end)
    for number, part in enumerate(rest):
        found = after.find(part, place)
        assert found == 0 if number == 0 else found >= 0, told
        place = found + len(part)
    assert len(after) >= place + len(before) - done, told
    assert after.endswith(before[done:]), told


def _comments(text: str, gone: list[Region]) -> list[str]:
    """Return the comments of a text, without those in some regions."""
    found, place = [], 0
    for start, end in [*_tokens(text), (len(text), len(text))]:
        for comment in re.finditer(r"#[^\r\n]*", text[place:start]):
            at = place + comment.start()
            if not any(first <= at < last for first, last in gone):
                found.append(comment.group().rstrip())
        place = max(place, end)
    return found


def _tokens(text: str) -> Iterator[tuple[int, int]]:
    for token in yaml.scan(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        start, end = token.start_mark.index, token.end_mark.index
        if getattr(token, "style", None) in ("|", ">"):
            yield start, start + 1
            start = min(_line_end(text, start), end)
        yield start, end


def _is_within(some: list[str], others: list[str]) -> bool:
    """Return whether all are among the others, in the same order."""
    rest = iter(others)
    return all(one in rest for one in some)
