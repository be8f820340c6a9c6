"""What lies beside the migrations: the state before, ways back, and files that are not applied."""

import re
from collections.abc import Iterator, Mapping, Sequence
from glob import escape
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.authoring.detection import words
from pytest_schemaverify.authoring.detection.facts import Fact
from pytest_schemaverify.authoring.detection.words import Words
from pytest_schemaverify.migrations.file_patterns import matching
from pytest_schemaverify.migrations.files import ROLLBACK, Ignored, Kind, Migration, MigrationSet
from pytest_schemaverify.migrations.layouts import LAYOUTS
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.migrations.read import read
from pytest_schemaverify.migrations.runners import UNKNOWN
from pytest_schemaverify.migrations.versions import number
from pytest_schemaverify.settings import paths

_REASONS: Mapping[Kind, str] = {
    "name": "not one of the migrations by its name",
    "directory": "not a file",
    "nested": "in a folder of its own, which is not run with the migrations",
    "rollback": "leads back, and is run by hand",
    "seed": "rows for developers",
}
"""Why a file is not applied, as a file of expectations says it."""


def ways_back(found: MigrationSet) -> Iterator[Migration]:
    """Yield the migrations that undo others, by their names, where the layout has none for them.

    It counts if another one is called the same but for the word, or if numbered files end with it.
    A fix that is called `032_rollback_prompts.sql` and followed by 033 is a step forward, and so is
    one whose name is a time: it was made when it was needed.
    """
    has_names = LAYOUTS[found.layout].down and found.layout not in UNKNOWN
    if has_names or found.down:
        return
    forward = [one for one in found.migrations if not ROLLBACK.search(one.name)]
    undone = {(number(one.version), _UP.sub("", one.name)) for one in forward}
    last = found.migrations.index(forward[-1]) if forward else len(found.migrations)
    for at, one in enumerate(found.migrations):
        if ROLLBACK.search(one.name):
            of_another = (number(one.version), _WAY_BACK.sub("", one.name)) in undone
            if of_another or (at > last and found.layout in ("plain", "named")):
                yield one


_UP = re.compile(r"[_\-. ]*(?<![a-z])(?:up|forward|apply)(?![a-z])", re.IGNORECASE)
_WAY_BACK = re.compile(rf"[_\-. ]*(?:{ROLLBACK.pattern})", re.IGNORECASE)


class Before(NamedTuple):
    """Files of the state before."""

    pattern: str
    files: tuple[Migration, ...]
    words: Words
    fact: Fact


def before(found: MigrationSet, mine: Words) -> Iterator[Before]:
    """Yield folders and files beside the migrations that create tables which these need."""
    made = mine.created.get("table", set())
    beside = (one for one in found.ignored if one.kind in ("name", "nested"))
    for top in dict.fromkeys(_top(found, one) for one in beside):
        if not (files := _members(found, top)):
            continue
        theirs = words.read(files)
        there = theirs.created.get("table", set()) - made
        if first := next((table for table in mine.needed if table in there), ""):
            count = f", {len(files)} files" if len(files) > 1 else ""
            said = f"state before: {shown(found.directory / top)}{count}"
            fact = Fact(said, f"it creates {first}, which {mine.needed[first].place} needs")
            yield Before(escape(top), files, theirs, fact)


def _members(found: MigrationSet, top: str) -> tuple[Migration, ...]:
    """Return a file beside the migrations, or what a folder beside them has, in order."""
    path = found.directory / top
    if paths.is_folder(path):
        return read(path).migrations
    return matching(found.directory, escape(top), setting="migrations.before")


def _top(found: MigrationSet, one: Ignored) -> str:
    """Return the file itself, or the folder below the directory that it is in."""
    return inside(found, one.path).partition("/")[0]


def ignored(
    found: MigrationSet, state_before: Sequence[Before], only: str
) -> Iterator[tuple[str, str]]:
    """Yield patterns for what is not applied, with the reasons; a folder counts as one."""
    part_of_it = {file.path for one in state_before for file in one.files}
    folders = {one.pattern for one in state_before}
    for one in found.ignored:
        if one.path in part_of_it or one.path.name == only:
            continue
        top = escape(_top(found, one))
        whole = one.kind == "nested" and top not in folders
        yield f"{top}/*" if whole else escape(inside(found, one.path)), _REASONS[one.kind]


def inside(found: MigrationSet, path: Path) -> str:
    """Return a path as it is below the folder of the migrations."""
    return path.relative_to(found.directory).as_posix()
