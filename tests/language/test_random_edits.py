"""Thousands of random changes of files in every style: none is wrong, and no other byte changes.

What is expected is found without the code that is tested: the data by plain Python, the places by
PyYAML's own nodes, the comments by its tokens.
"""

import copy
import os
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path as File
from random import Random
from typing import Any, NamedTuple

import pytest
import yaml

from pytest_schemaverify.language.edits import (
    Add,
    Append,
    Change,
    Put,
    Refused,
    Remove,
    applied_where_possible,
)
from pytest_schemaverify.language.yaml import Composed, Document, Path, composed

ROOT = File(__file__).parents[2]
LARGE = [ROOT / "expectations.yaml", ROOT / "behaviour.expectations.yaml"]
SMALL = sorted((ROOT / "tests/data/yaml").glob("*.yaml"))
EDITS = int(os.environ.get("SCHEMAVERIFY_TEST_EDITS", "340"))
"""Edits of a small file; a large one, for which each takes longer, gets a fifth of them."""
MOST_REFUSED = 0.05

VALUES: list[tuple[str, Any, str]] = [
    ("zzz", "zzz", ""),
    ("12", 12, ""),
    ("true", True, ""),
    ("0.5", 0.5, ""),
    ("~", None, ""),
    ("'it''s: {new}, #1'", "it's: {new}, #1", ""),
    ('"ünï 😀"', "ünï 😀", ""),
    ("[a, 1]", ["a", 1], ""),
    ("{a: 1, b: [2]}", {"a": 1, "b": [2]}, ""),
    ("a: 1\nb:\n  c: x", {"a": 1, "b": {"c": "x"}}, "{a: 1, b: {c: x}}"),
    ("- x\n- y: 1\n  z: 2", ["x", {"y": 1, "z": 2}], "[x, {y: 1, z: 2}]"),
    ("|\n  begin\n    # no comment\n  end\n", "begin\n  # no comment\nend\n", '"…"'),
    (">-\n  folded\n  text", "folded text", "folded text"),
    ("'of two\n\n  paragraphs'", "of two\nparagraphs", ""),
    ("[a,\n b,\n c]", ["a", "b", "c"], "[a, b, c]"),
]
BEGIN_IN_BRACES = '"begin\\n  # no comment\\nend\\n"'
KEYS = ["new", "two words", "003", "on", "a: b", "ключ", "🎉", "{x}", "select (a)", "#", "<<", ""]


class Region(NamedTuple):
    """Characters of the old text that a change may touch."""

    start: int
    end: int


@cache
def _read(file: File) -> str:
    return file.read_bytes().decode()


@cache
def _parsed(file: File) -> tuple[Composed, Document]:
    nodes = composed(_read(file).removeprefix("\ufeff"))
    document = Document(nodes)
    assert not document.problems
    return nodes, document


@pytest.mark.parametrize("file", [*SMALL, *LARGE], ids=lambda file: file.stem)
def test_random_changes_do_what_they_say_and_nothing_else(file: File) -> None:
    random = Random(file.name)
    for _ in range(EDITS // 5 if file in LARGE else EDITS):
        changes = _changes(file, random)
        changed, refused = applied_where_possible(_read(file), changes)
        _judge(file, changes, changed, refused)


def test_few_changes_are_refused() -> None:
    asked, refused = 0, []
    for file in SMALL:
        random = Random(f"refused {file.name}")
        for _ in range(60):
            changes = _changes(file, random)
            asked += len(changes)
            refused += applied_where_possible(_read(file), changes)[1]
    reasons = [one.reason for one in refused]
    assert len(refused) <= MOST_REFUSED * asked, reasons
    # What a person should do is refused on purpose; what only reading again found is not.
    assert sum("afterwards" in reason for reason in reasons) <= asked / 1000, reasons


def _judge(file: File, changes: list[Change], changed: str, refused: list[Refused]) -> None:
    before = _read(file)
    reported = Counter(one.path for one in refused)
    done = [one for one in changes if not reported[_reported(one)]]
    assert sum(reported.values()) + len(done) == len(changes)
    told = f"{file.name}: {done}\n{changed}"
    after = Document(changed.removeprefix("\ufeff"))
    assert not after.problems, told
    wanted = _expected(_parsed(file)[1].data, done)
    assert repr(after.data) == repr(wanted), told
    assert changed.startswith("\ufeff") == before.startswith("\ufeff"), told
    assert _line_ends(changed) <= _line_ends(before) or not _line_ends(before), told
    regions = [_region(file, change) for change in done]
    _same_outside(before.removeprefix("\ufeff"), changed.removeprefix("\ufeff"), regions, told)
    gone = [_region(file, change) for change in done if isinstance(change, Remove)]
    kept = _comments(before.removeprefix("\ufeff"), gone)
    assert _is_within(kept, _comments(changed.removeprefix("\ufeff"), [])), told


def _line_ends(text: str) -> set[str]:
    return set(re.findall("\r\n|\r|\n", text))


def _reported(change: Change) -> Path:
    return change.path if isinstance(change, Append) else _target(change)


def _changes(file: File, random: Random) -> list[Change]:
    count = random.choice([1, 1, 1, 1, 2, 3, 6])
    found: list[Change] = []
    for _ in range(count):
        change = _change(_parsed(file)[1], random)
        if not any(_touch(change, other) for other in found):
            found.append(change)
    return found


def _touch(one: Change, other: Change) -> bool:
    """Return whether two changes cannot both be made, or say something about the same value."""
    first, second = sorted((_target(one), _target(other)), key=len)
    both_new = isinstance(one, Append) and isinstance(other, Append)
    return second[: len(first)] == first and not both_new


def _target(change: Change) -> Path:
    if isinstance(change, Append):
        return (*change.path, "-")
    return (*change.path, change.key) if isinstance(change, Add) else change.path


def _change(document: Document, random: Random) -> Change:
    text, value, flow = random.choice(VALUES)
    flow = BEGIN_IN_BRACES if flow == '"…"' else flow
    paths = [path for path in document.positions if path]
    path = random.choice(paths) if paths else ()
    what = random.choice(["put", "put", "add", "remove"]) if path else "add"
    if what == "put":
        return Put(path, text, value, flow)
    if what == "remove":
        return Remove(path)
    path = random.choice([path, path[:-1]])
    held = _at(document.data, path)
    if isinstance(held, list):
        return Append(path, text, value, flow)
    if held is None or isinstance(held, dict):
        free = [key for key in KEYS if not held or key not in held]
        return Add(path, random.choice(free), text, value, flow)
    return Put(path, text, value, flow)


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


def _region(file: File, change: Change) -> Region:
    text, root = _read(file).removeprefix("\ufeff"), _parsed(file)[0].root
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
