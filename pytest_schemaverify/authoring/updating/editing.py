"""Differences as changes of the texts of a file of expectations, and of those that it includes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

from pytest_schemaverify.authoring.comparing.difference import Difference
from pytest_schemaverify.kinds.contract import read
from pytest_schemaverify.language.edits import (
    Add,
    Append,
    Change,
    Put,
    Remove,
    applied_where_possible,
    target,
)
from pytest_schemaverify.language.files import exact
from pytest_schemaverify.language.places import Path
from pytest_schemaverify.language.writing import entry, flow, key
from pytest_schemaverify.language.yaml import Document, composed
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.verification.contract import Contract

BOM = "\ufeff"
"""The mark of the byte order, which some editors put in front of a text."""
Refusal = tuple[Difference, str]
"""A difference that cannot be written, and why."""


@dataclass(frozen=True, slots=True)
class Edited:
    """The texts of files before and after some changes."""

    before: Mapping[File, str]
    after: Mapping[File, str]
    refused: tuple[Refusal, ...]

    @property
    def changed(self) -> dict[File, str]:
        """The files whose texts are other ones, with these."""
        return {file: text for file, text in self.after.items() if text != self.before[file]}


class Texts:
    """The texts of a file of expectations and of those that it includes, as they are on disk."""

    def __init__(self, contract: Contract) -> None:
        """Read them. Raises NotWritten for a file that cannot be read, SpecError for an error."""
        main = exact(contract.path)
        *_, sources = read(
            main.removeprefix(BOM), contract.name, folder=contract.folder,
            given=contract.config.variables,
        )  # fmt: skip
        self.first = contract.path
        self.texts = {contract.path: main, **{file: exact(file) for file in sources.files}}
        documents = {
            file: Document(composed(text.removeprefix(BOM))) for file, text in self.texts.items()
        }
        self._data = {file: document.data for file, document in documents.items()}
        self._positions = {file: document.positions for file, document in documents.items()}

    def edited(self, differences: Sequence[Difference]) -> Edited:
        """Return the texts with differences taken in, as far as that is possible."""
        after, refused = dict(self.texts), list[Refusal]()
        for file, text in self.texts.items():
            ours = [one for one in differences if self.file(one.path) == file]
            changes = list(self._changes(file, ours))
            after[file], refusals = applied_where_possible(text, [one for one, _ in changes])
            reasons = {why.path: why.reason for why in refusals}
            for change, those in changes:
                if target(change) in reasons:
                    refused += [(one, reasons[target(change)]) for one in those]
            done = {id(one) for _, those in changes for one in those}
            refused += [(one, _SAME_PLACE) for one in ours if id(one) not in done]
        return Edited(self.texts, after, tuple(refused))

    def file(self, path: Path) -> File:
        """Return the file in which a path stands, or where something new would stand."""
        # Of several the first, as where the files are put together.
        return max(self._data, key=lambda file: len(_there(self._data[file], path)))

    def paths(self) -> Iterator[Path]:
        """Yield the paths of everything that stands in the files."""
        for found in self._positions.values():
            yield from found

    def place(self, path: Path) -> str:
        """Return where a path stands, or would stand, as `expectations.yaml:12:5`."""
        file = self.file(path)
        found = self._positions[file]
        while path and path not in found:
            path = path[:-1]
        line, column = found.get(path, (1, 1))[:2]
        return f"{shown(file)}:{line}:{column}"

    def _changes(
        self, file: File, differences: Iterable[Difference]
    ) -> Iterator[tuple[Change, tuple[Difference, ...]]]:
        """Yield the changes of a file, each with the differences that it takes in."""
        data, added, seen = self._data[file], dict[Path, list[Difference]](), set[Path]()
        for one in differences:
            there = _there(data, one.path)
            if len(there) < len(one.path) and one.what != "gone":
                added.setdefault(one.path[: len(there) + 1], []).append(one)
            elif one.path not in seen:
                seen.add(one.path)
                yield _change(one), (one,)
        for path, those in added.items():
            yield _addition(data, path, those), tuple(those)


_SAME_PLACE = "another change is made at the same place; run the command once more for this one"


def _there(data: Any, path: Path) -> Path:
    """Return the part of a path that stands in some data."""
    for length, part in enumerate(path):
        held = isinstance(data, dict) and part in data
        if not held and not (isinstance(data, list) and part in range(len(data))):
            return path[:length]
        data = data[part]
    return path


def _change(one: Difference) -> Change:
    if one.what == "gone":
        return Remove(one.path)
    return Put(one.path, _text(one.path, one.value), one.value, flow(one.value))


def _addition(data: Any, path: Path, those: Sequence[Difference]) -> Change:
    """Return the change that adds a key, or an item, with all that is new below it."""
    value: Any = None
    for one in those:
        value = _with(value, one.path[len(path) :], one.value)
    if isinstance(path[-1], int):
        return Append(path[:-1], _text(path, value), value, flow(value))
    name = str(path[-1])
    around = data
    for part in path[:-1]:
        around = around[part]
    # Behind a key there is nothing yet, or the short form says nothing: then it is all there is.
    if around is None and len(path) > 1:
        inner = {name: value}
        return Put(path[:-1], _text(path[:-1], inner), inner, flow(inner))
    return Add(path[:-1], name, _text(path, value), value, flow(value))


def _with(data: Any, path: Path, value: Any) -> Any:
    """Return data with a value at a path in it."""
    if not path:
        return value
    inner = data if isinstance(data, dict) else {}
    return {**inner, path[0]: _with(inner.get(path[0]), path[1:], value)}


def _text(path: Path, value: Any) -> str:
    """Return a value as YAML, from column 0 on, written as it is below that path."""
    name, column = str(path[-1]), 2 * (len(path) - 1)
    first, *lines = entry(name, value, column).splitlines(keepends=True)
    behind = first[column + len(key(name)) + 1 :].strip()
    inner = "".join(line[column + (0 if behind else 2) :] for line in lines)
    if behind:  # of a text of several lines, `|`
        return f"{behind}\n{inner}" if inner else behind
    return inner.rstrip("\n")
