"""A file of expectations together with those that it includes, as one document."""

import os
import posixpath
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as File
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from pytest_schemaverify.settings import paths

from .base import of_author
from .includes import paths_in
from .other_words import did_you_mean
from .places import Path, Position, Problem
from .variables import Variables
from .yaml import Composed, Document, composed


@dataclass(slots=True)
class _Source:
    """One file, before anything in it is filled in."""

    name: str
    """How messages call it; empty for the first, whose name the caller knows."""
    nodes: Composed


@dataclass(slots=True)
class Whole:
    """What all files together say."""

    model: type[BaseModel]
    variables: Variables
    texts: Mapping[File, str] = field(default_factory=dict)
    """What stands for the texts of included files."""
    data: Any = None
    positions: dict[Path, Position] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    files: dict[File, str] = field(default_factory=dict)
    """The included files that were read, with their texts."""


def whole(
    model: type[BaseModel], text: str, name: str, folder: File | None, variables: Variables,
    texts: Mapping[File, str] = MappingProxyType({}),
) -> Whole:  # fmt: skip
    """Return what a file and those that it includes say, with all problems on the way.

    Paths under `include` start at `folder`, the folder of the file, and those of an included file
    at its own. `texts` stand for included files that are not written yet.
    """
    found = Whole(model, variables, texts)
    first = _Source("", composed(text))
    sources = [first, *_included(first, name, folder, found, (name,))]
    for source in sources:
        # First from all files, because a text may ask for a variable of a file behind its own. The
        # file that includes goes before what it includes.
        declared = source.nodes.head("vars")
        if isinstance(declared, dict):
            variables.declared = {**declared, **variables.declared}
    for source in sources:
        document = Document(source.nodes, variables.expanded)
        if source is first:
            found.data, found.positions = document.data, document.positions
            found.problems[:0] = document.problems
        else:
            _add(document, source.name, found, name)
    # What is wrong there is wrong again where an alias takes it.
    found.problems = [one for one in found.problems if not (one[1] and of_author(one[1][0]))]
    return found


def _included(
    source: _Source, name: str, folder: File | None, found: Whole, chain: tuple[str, ...]
) -> Iterator[_Source]:
    """Yield the files that a file includes, and those that they include."""
    if folder is None:
        return
    for index, written in enumerate(paths_in(source.nodes)):
        path: Path = ("include", index)
        place = _of(source.name, _place(source.nodes, index))
        text = found.variables.expanded(written, place, path, found.problems)
        called = posixpath.normpath(posixpath.join(posixpath.dirname(name), str(text)))
        file = File(os.path.normpath(folder / str(text)))
        # First, because a file of the chain has been read, too, and would be passed over in
        # silence.
        if called in chain:
            circle = " → ".join([*chain[chain.index(called) :], called])
            found.problems.append((place, path, f"the files include each other: {circle}"))
            continue
        if file in found.files or "\0" in str(file):  # a zero byte is a problem of every text
            continue
        try:
            # Some editors put a byte order mark in front of UTF-8.
            content = found.texts.get(file) or paths.content(file).decode("utf-8-sig")
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or _UNREADABLE.get(type(error), str(error))
            told = f"{called} cannot be read: {why}{_instead(str(text), file, error)}"
            found.problems.append((place, path, told))
            continue
        found.files[file] = content
        inner = _Source(called, composed(content))
        yield inner
        yield from _included(inner, called, file.parent, found, (*chain, called))


def _instead(written: str, file: File, error: Exception) -> str:
    """Return what to type instead of a file that is not there, as the end of a message."""
    if not isinstance(error, FileNotFoundError):
        return ""
    beside = posixpath.dirname(written)
    there = [posixpath.join(beside, one.name) for one in file.parent.glob("*.*")]
    return (
        did_you_mean(written, there)
        or "; the path begins at the folder of the file that includes it"
    )


_UNREADABLE: dict[type[Exception], str] = {UnicodeDecodeError: "it is not UTF-8"}


def _place(nodes: Composed, index: int) -> Position:
    """Return the position of an item of `include`."""
    for key, value in nodes.root.value if nodes.root is not None else ():
        if key.value == "include":
            items = value.value if isinstance(value.value, list) else [value]
            mark = items[index].start_mark
            return mark.line + 1, mark.column + 1
    return 1, 1


def _add(document: Document, name: str, found: Whole, first: str) -> None:
    """Add the expectations of an included file."""
    found.problems += [(_of(name, place), path, text) for place, path, text in document.problems]
    if not isinstance(document.data, dict):
        if not document.problems:
            message = "an included file is a mapping too, `tables: …`"
            found.problems.append(((1, 1, name), (), message))
        return
    for key in [key for key in document.data if key == "include" or of_author(key)]:
        del document.data[key]
    if isinstance(found.data, dict):
        _merge(found.data, document.data, (), document, found, (name, first))
    for path, place in document.positions.items():
        found.positions.setdefault(path, _of(name, place))


def _merge(
    into: dict[Any, Any], more: dict[Any, Any], path: Path, document: Document, found: Whole,
    names: tuple[str, str],
) -> None:  # fmt: skip
    for key, value in more.items():
        here = (*path, key)
        if key not in into:
            into[key] = value
        elif isinstance(into[key], dict) and isinstance(value, dict) and _merges(here, found.model):
            _merge(into[key], value, here, document, found, names)
        elif not (here[0] in ("version", "defaults") and into[key] == value):
            name, first = names
            there = found.positions[here]
            place = f"{there[2] if len(there) == 3 else first}:{there[0]}:{there[1]}"
            message = f"given twice, first in {place}"
            found.problems.append((_of(name, document.positions[here]), here, message))


def _merges(path: Path, model: type[BaseModel]) -> bool:
    """Return whether a mapping holds things by name, or is a section of the file."""
    if len(path) == 1:
        return True
    for part in path:
        inner = model_at(part, model)
        if inner is None:
            return False
        model = inner
    return model.model_config.get("extra") == "allow"


def model_at(key: str | int, model: type[BaseModel]) -> type[BaseModel] | None:
    """Return the model of the value of a key; None where that is no mapping with a model."""
    fields = {f.alias or n: f.annotation for n, f in model.model_fields.items()}
    annotation = fields.get(str(key), typing.get_type_hints(model).get("__pydantic_extra__"))
    return next(_models(annotation), None)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models in a type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from _models(argument)


def _of(name: str, place: Position) -> Position:
    return place if not name or len(place) == 3 else (place[0], place[1], name)
