"""Reads the other files about the same database that `unmanaged: {together: …}` names."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.kinds.contract import Spec, read
from pytest_schemaverify.language.load import Sources, position, rendered
from pytest_schemaverify.language.places import Path as Place
from pytest_schemaverify.language.places import Positions
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.settings import paths


def others(
    spec: Spec, positions: Positions, path: Path, name: str, given: Mapping[str, str]
) -> Iterator[tuple[Spec, Sources]]:
    """Yield what the other files say that the file at `path` names.

    Raises SpecError for one that cannot be read or is about another database: what that names
    would pass for managed here.
    """
    for index, written in enumerate(spec.unmanaged.together if spec.unmanaged else ()):
        place: Place = ("unmanaged", "together", index)
        called = posixpath.normpath(posixpath.join(posixpath.dirname(name), written))
        other = path.parent / written
        problem = "this is the file itself" if paths.resolved(other) == paths.resolved(path) else ""
        try:
            text = paths.content(other).decode("utf-8-sig")
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it is not UTF-8"
            problem = f"{called} cannot be read: {why}"
        if not problem:
            said, _, sources = read(text, called, folder=other.parent, given=given)
            here, there = _migrations(spec, path), _migrations(said, other)
            if not here or not there or {*here.values()} == {*there.values()}:
                links = {**here, **there}
                yield said, replace(sources, files={**sources.files, other: text}, links=links)
                continue
            problem = (
                f"{called} is about another database: its migrations are in {_shown(there)}, "
                f"and those of this file in {_shown(here)}"
            )
        raise SpecError([rendered(name, position(place, positions), place, problem)])


def _migrations(spec: Spec, path: Path) -> dict[Path, Path]:
    """Return the folder of the migrations that a file names, if any, and where that leads."""
    folder = spec.migrations and spec.migrations.directory
    return {path.parent / folder: paths.resolved(path.parent / folder)} if folder else {}


def _shown(folder: dict[Path, Path]) -> str:
    (leads,) = folder.values()
    return shown(leads)
