"""By how much a file indents what stands below a key."""

from collections.abc import Iterator

import yaml

from .layout import Layout

_USUAL = 2


class Steps:
    """The indentation of a file: of mappings and of lists below their key."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._found: dict[type[yaml.Node], int] = {}

    def mapping(self, parent: yaml.Node | None = None) -> int:
        """Return the columns of a mapping behind its key: as in its parent, else as in the file."""
        return self._step(yaml.MappingNode, parent, _USUAL)

    def sequence(self, parent: yaml.Node | None = None) -> int:
        """Return the columns of a list behind its key; some files do not indent lists."""
        return self._step(yaml.SequenceNode, parent, self.mapping(parent))

    def _step(self, kind: type[yaml.Node], parent: yaml.Node | None, usual: int) -> int:
        beside = next(self._steps(parent, kind, deep=False), None) if parent is not None else None
        if beside is not None:
            return beside
        if kind not in self._found:
            root = self._layout.root
            steps = self._steps(root, kind, deep=True) if root is not None else iter(())
            self._found[kind] = next(steps, usual)
        return self._found[kind]

    def _steps(self, node: yaml.Node, kind: type[yaml.Node], *, deep: bool) -> Iterator[int]:
        if not isinstance(node, yaml.CollectionNode) or node.flow_style:
            return
        for entry in self._layout.entries(node):
            inner = entry.value
            if entry.alias or not isinstance(inner, yaml.CollectionNode) or inner.flow_style:
                continue
            first = self._layout.entries(inner)[0]
            below = self._layout.begins_line(first.start) and entry.key is not None
            if isinstance(inner, kind) and below:
                yield self._layout.column(first.start) - self._layout.column(entry.start)
            if deep:
                yield from self._steps(inner, kind, deep=True)
