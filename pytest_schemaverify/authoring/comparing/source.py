"""The text of a file of expectations at a path: what stands there, and whether it is only there."""

import os
import posixpath
from functools import cached_property
from pathlib import Path as File

from pytest_schemaverify.kinds.contract import Spec
from pytest_schemaverify.language.include import Whole, whole
from pytest_schemaverify.language.nodes import Nodes
from pytest_schemaverify.language.places import Path
from pytest_schemaverify.language.variables import Variables
from pytest_schemaverify.verification.contract import Contract

_MERGED = "it comes from `<<`, or its key has a variable"
_SHARED = "it stands at an anchor, which an alias repeats"
_VARIABLE = "it has a variable, `${…}`"
_OUTSIDE = "{} is outside of this folder"


class Source:
    """What a file and those that it includes say, with their texts."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    @cached_property
    def _whole(self) -> Whole:
        one = self._contract
        given = Variables(one.config.variables)
        return whole(Spec, one.text(), one.name, one.folder, given)

    @cached_property
    def _texts(self) -> dict[str, Nodes]:
        """The texts of all files by their names, "" for the first."""
        one, start = self._contract, posixpath.dirname(self._contract.name) or "."
        texts = {"": Nodes(one.text())}
        for file, text in self._whole.files.items():
            beside = os.path.relpath(file, one.folder).replace(os.sep, "/")
            texts[posixpath.normpath(posixpath.join(start, beside))] = Nodes(text)
        return texts

    def text(self, path: Path) -> Nodes:
        """Return the text in which a path stands, or would stand."""
        return self._texts[self.file(path)]

    def file(self, path: Path) -> str:
        """Return the file in which a path stands, or would stand; "" for the first one."""
        while path and path not in self._whole.positions:
            path = path[:-1]
        place = self._whole.positions.get(path, (1, 1))
        return place[2] if len(place) == 3 else ""

    def hand(self, path: Path) -> str:
        """Return why no program should change what stands at a path, "" where one may."""
        name, text = self.file(path), self.text(path)
        if name.startswith("../") or File(name).is_absolute():
            return _OUTSIDE.format(name)
        if text.shared(path):
            return _SHARED
        known = max(n for n in range(len(path) + 1) if path[:n] in self._whole.positions)
        if known > len(text.along(path)):
            return _MERGED
        return _VARIABLE if text.variable(path) else ""
