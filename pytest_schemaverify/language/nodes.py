"""The nodes of a YAML text along a path: how something is written, and whether it is only there."""

from collections import Counter
from collections.abc import Iterator

import yaml

from .places import Path
from .yaml import composed


class Nodes:
    """The nodes of one YAML text."""

    def __init__(self, text: str) -> None:
        self._root = composed(text).root
        self._shared = _shared(self._root)

    def along(self, path: Path) -> list[yaml.Node]:
        """Return the nodes along a path, as far as it is written."""
        node, found = self._root, []
        for part in path:
            node = _below(node, part)
            if node is None:
                break
            found.append(node)
        return found

    def at(self, path: Path) -> yaml.Node | None:
        """Return what stands at a path; None where nothing does."""
        nodes = self.along(path)
        return nodes[-1] if nodes and len(nodes) == len(path) else None

    def short(self, path: Path) -> bool:
        """Return whether a value is written at a path, and is no mapping."""
        node = self.at(path)
        return node is not None and not isinstance(node, yaml.MappingNode)

    def listed(self, path: Path) -> int | None:
        """Return the number of items of the list at a path; None where there is none."""
        node = self.at(path)
        return len(node.value) if isinstance(node, yaml.SequenceNode) else None

    def shared(self, path: Path) -> bool:
        """Return whether an alias repeats what stands at a path, or what is around it."""
        return any(id(node) in self._shared for node in self.along(path))

    def variable(self, path: Path) -> bool:
        """Return whether there is `${` in what stands at a path."""
        node = self.at(path)
        return node is not None and _has_variable(node)


def _below(node: yaml.Node | None, part: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        found: yaml.Node = node.value[part]
        return found
    return None


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        yield from (value for _, value in node.value)
    elif isinstance(node, yaml.SequenceNode):
        yield from node.value


def _shared(root: yaml.Node | None) -> frozenset[int]:
    """Return the ids of the nodes at which several places of the text point."""
    seen: Counter[int] = Counter()
    left = [] if root is None else [root]
    while left:
        node = left.pop()
        seen[id(node)] += 1
        if seen[id(node)] == 1:
            left += _children(node)
    return frozenset(one for one, times in seen.items() if times > 1)


def _has_variable(node: yaml.Node) -> bool:
    if isinstance(node, yaml.ScalarNode):
        return "${" in node.value
    return any(_has_variable(one) for one in _children(node))
