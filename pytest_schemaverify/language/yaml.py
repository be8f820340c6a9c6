"""YAML text -> plain values and the position of every key, with every problem found on the way.

Scalars follow YAML 1.2's core schema, in which `no` and `on` are texts, because a column called
`on` must not turn into something else. Numbers with a zero in front, 003 and 010, are texts as
well, because a version written 003 must not become 3.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import yaml

from pytest_schemaverify.settings.garbage_collection import uncollected

from . import yaml_errors
from .places import Path, Position, Problem
from .scalars import BLANKS, CONVERT, LONGEST, SCALARS
from .taken_apart import operators_as_comments

LIMIT = 1_000_000
"""Most values that a document may have once its aliases are expanded."""


# PyYAML can be built without libyaml, with which it reads much faster.
class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    # Without this add_implicit_resolver() of PyYAML 6 copies the resolvers of YAML 1.1, for which
    # `on` is true, 010 is 8 and 12:30:00 is 45000.
    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


for _tag, (_pattern, _first) in SCALARS.items():
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})$"), _first
    )

Expand = Callable[[str, Position, Path, list[Problem]], Any]
"""Returns what a text with `${…}` in it stands for."""


@dataclass(slots=True)
class Composed:
    """The nodes of a YAML document."""

    root: yaml.Node | None
    problems: list[Problem]

    def head(self, key: str) -> Any:
        """Return the value of a key at the top as it is written, None where it is not."""
        if isinstance(self.root, yaml.MappingNode):
            for name, value in self.root.value:
                if name.value == key:
                    return Document(Composed(value, [])).data
        return None


def _tagged(tag: str) -> str:
    quotes = "" if tag.startswith("tag:") else f"; if it is a text, put it into quotes: '{tag}'"
    return f"tag {tag} is not supported{quotes}"


def _problem(error: yaml.MarkedYAMLError, text: str) -> tuple[Position, str]:
    # What YAML scans there is a tag, and people mean a pattern: `[!drafts/*.sql]`.
    if error.context == "while scanning a tag":
        return _mark(
            error.problem_mark
        ), "`!` begins a tag of YAML; a text that begins with `!` needs quotes"
    return yaml_errors.told(error, text)


def composed(text: str) -> Composed:
    """Return the nodes of a text, or what keeps it from being YAML."""
    try:
        # Nodes and no values, because only nodes have a position.
        root = yaml.compose(text, Loader=_Loader)
        cut = operators_as_comments(text, root) if root is not None else ()
        return Composed(root, [(place, (), told) for place, told in cut])
    except yaml.MarkedYAMLError as error:
        place, told = _problem(error, text)
        return Composed(None, [(place, (), f"not YAML: {told}")])
    except yaml.reader.ReaderError as error:
        # This error has an offset and no mark.
        line = text.count("\n", 0, error.position) + 1
        sign = (
            f"{error.reason}: U+{error.character:04X}"
            if isinstance(error.character, int)
            else error.reason
        )
        return Composed(None, [((line, 1), (), f"not YAML: {sign}; delete that sign")])
    except RecursionError:
        # libyaml has a limit of depth of its own; PyYAML without it calls itself for each level.
        return Composed(None, [((1, 1), (), _ENDLESS)])


_ZERO = "a zero byte, which is possible neither in PostgreSQL nor in a path"
_IMPOSSIBLE = re.compile("[\0\ud800-\udfff]")
_NO_TEXT = "a byte that is not UTF-8, which PostgreSQL does not accept"
_ENDLESS = "nested too deeply, or an alias inside itself"


class Document:
    """One YAML document: `data`, the `positions` of its keys, and its `problems`."""

    def __init__(self, source: str | Composed, expand: Expand | None = None) -> None:
        self.data: Any = None
        self.positions: dict[Path, Position] = {(): (1, 1)}
        self._expand = expand
        self._left = LIMIT
        with uncollected():
            nodes = composed(source) if isinstance(source, str) else source
            self.problems: list[Problem] = list(nodes.problems)
            try:
                self.data = self._value(nodes.root, ()) if nodes.root is not None else None
            except _TooLarge as error:
                self.data = None
                self.problems.append(error.args[0])
            except RecursionError:
                self.problems.append(((1, 1), (), _ENDLESS))

    def _value(self, node: yaml.Node, path: Path) -> Any:
        # An alias is read anew at each place, because its keys have a path of their own there. Nine
        # lists of nine aliases each would be hundreds of millions of values.
        self._left -= 1
        if self._left < 0:
            message = f"more than {LIMIT:,} values after expanding the aliases"
            raise _TooLarge((_mark(node.start_mark), path, message))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            items = []
            for index, child in enumerate(node.value):
                here = (*path, index)
                self.positions[here] = _mark(child.start_mark)
                items.append(self._value(child, here))
            return items
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        if kind not in CONVERT:
            self.problems.append((_mark(node.start_mark), path, _tagged(node.tag)))
            return node.value
        return self._scalar(node, kind, path)

    def _scalar(self, node: yaml.Node, kind: str, path: Path) -> Any:
        place = _mark(node.start_mark)
        try:
            value = CONVERT[kind](node.value)
        except (ValueError, IndexError) as error:  # `!!int x`, or too long a number
            long = len(node.value) > LONGEST
            problem = str(error) if long else f"cannot be read as {kind}"
            self.problems.append((place, path, problem))
            return None
        if self._expand is not None and kind == "str" and "${" in node.value:
            value = self._expand(node.value, place, path, self.problems)
        if isinstance(value, str) and _IMPOSSIBLE.search(value):
            self.problems.append((place, path, _ZERO if "\0" in value else _NO_TEXT))
            return ""
        return value

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[Any, Any]:
        merged: dict[Any, Any] = {}
        own: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                many = isinstance(value_node, yaml.SequenceNode)
                for source in value_node.value if many else [value_node]:
                    value = self._value(source, path)
                    # The first of several that are merged wins, as the definition of `<<` has it.
                    merged = {**value, **merged} if isinstance(value, dict) else merged
                continue
            position = _mark(key_node.start_mark)
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append((position, path, _no_key(key_node)))
                continue
            if not key_node.style and (odd := BLANKS.search(key_node.value)):
                told = (
                    f"the sign U+{ord(odd[0]):04X} looks like a space and is none; type a space, "
                    "or put the name into quotes if the sign belongs to it"
                )
                self.problems.append((position, path, told))
                continue
            key = key_node.value  # always text: `003:`, `on:` and `null:` are names here
            if "\0" in key:
                self.problems.append((position, path, _ZERO))
                key = key.replace("\0", "\\0")
            if self._expand is not None and "${" in key:
                key = str(self._expand(key, position, path, self.problems))
            here = (*path, key)
            if _IMPOSSIBLE.search(key):
                self.problems.append((position, path, _NO_TEXT))
                continue
            if key in own:
                first = self.positions[here][0]
                told = f"written twice, first in line {first}; join the two, or leave one out"
                self.problems.append((position, here, told))
                continue
            self.positions[here] = position
            own[key] = self._value(value_node, here)
        return {**merged, **own}


def _no_key(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return (
            "`{{` begins a placeholder of another tool; write `${name}` for a variable, and put a "
            "text with brackets into quotes"
        )
    return "a key must be a text, found a list; a text with brackets stands in quotes"


class _TooLarge(Exception):
    pass


def _mark(mark: Any) -> Position:
    return mark.line + 1, mark.column + 1
