"""What a project's files say about the database that they build, each with where it shows."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from glob import escape
from pathlib import Path, PurePosixPath
from typing import Any

from pytest_schemaverify.authoring.detection import beside, uses, words
from pytest_schemaverify.authoring.detection.facts import Fact
from pytest_schemaverify.authoring.detection.places import place
from pytest_schemaverify.authoring.detection.seeds import seeds
from pytest_schemaverify.authoring.detection.uses import Used
from pytest_schemaverify.authoring.detection.words import Words
from pytest_schemaverify.migrations.file_patterns import matching
from pytest_schemaverify.migrations.files import Migration, MigrationSet
from pytest_schemaverify.migrations.layouts import LAYOUTS
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.settings import paths


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A folder of migrations, and what a disposable database needs so that they apply."""

    directory: Path
    layout: str
    apply: tuple[Migration, ...]
    """The files that build the database, in order, without those of the state before."""
    only: str
    """The one file of the folder that is applied; "" where all migrations are."""
    before: tuple[str, ...]
    """Folders and files of the state before, below the directory."""
    seed: tuple[Path, ...]
    """Files, or patterns of files, of rows that follow the migrations."""
    rollback: tuple[str, ...]
    """Files that lead back, where the layout has no names of its own for them."""
    ignored: Mapping[str, str]
    """Patterns of the files that are not applied, each with the reason."""
    platform: str
    shows: str
    """Where it shows that this is the platform."""
    extensions: tuple[Used, ...]
    """Extensions that must be there before the files."""
    files: tuple[Fact, ...]
    """What was found out about the files."""

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What was found out, to be said aloud."""
        return (
            *self.files,
            *(Fact(f"ignored: {pattern}", reason) for pattern, reason in self.ignored.items()),
            Fact(f"platform: {self.platform}", self.shows),
            *(Fact(f"extension: {one.extension}", one.because) for one in self.extensions),
        )

    def settings(self, around: Path) -> dict[str, Any]:
        """Return the keys `database` and `migrations` for a file of expectations in that folder.

        What would be so by default is left out.
        """
        extensions = {
            one.extension: {"schema": one.schema} if one.schema else {} for one in self.extensions
        }
        database = {
            "platform": "" if self.platform == "postgres" else self.platform,
            "extensions": extensions,
        }

        def named(path: Path) -> str:
            relative = os.path.relpath(path, paths.resolved(around))
            return PurePosixPath(Path(relative)).as_posix()

        migrations = {
            "directory": named(self.directory),
            "before": list(self.before),
            "seed": {"after": [named(one) for one in self.seed]} if self.seed else {},
            "apply": [escape(self.only)] if self.only else [],
            "rollback": list(self.rollback),
            "ignored": dict(self.ignored),
        }
        keys = {"database": _said(database), "migrations": _said(migrations)}
        return {key: value for key, value in keys.items() if value}


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def found_in(folder: Path) -> Project:
    """Return what the migrations of a project, or of a folder of them, say about the database.

    Raises ConfigError if there are no SQL files, or if there are several folders of them, and
    MigrationFailed for a file that cannot be read.
    """
    chosen = place(folder)
    found = chosen.found
    back = () if chosen.only else tuple(beside.ways_back(found))
    every = found.migrations
    if chosen.only:
        every = matching(found.directory, escape(chosen.only), setting="migrations.apply")
    apply = tuple(one for one in every if one not in back)
    mine = words.read(apply)
    before = () if chosen.only else tuple(beside.before(found, mine))
    for one in reversed(before):
        mine = one.words.followed_by(mine)
    platform = _platform(found, mine)
    after = () if chosen.only else tuple(seeds(found.directory))
    return Project(
        directory=paths.resolved(found.directory),
        layout=found.layout,
        apply=apply,
        only=chosen.only,
        before=tuple(one.pattern for one in before),
        seed=after,
        rollback=tuple(escape(beside.inside(found, one.path)) for one in reversed(back)),
        ignored=dict(beside.ignored(found, before, chosen.only)),
        platform=platform.said,
        extensions=tuple(uses.extensions(mine, platform.said)),
        files=(
            _migrations(found, apply, chosen.only),
            *(one.fact for one in before),
            *_leading_back(found, back, chosen.only),
            *(Fact(f"seed: {shown(one)}", "Supabase's CLI runs it after them") for one in after),
        ),
        shows=platform.because,
    )


def _migrations(found: MigrationSet, apply: Sequence[Migration], only: str) -> Fact:
    if only:
        return Fact(f"migrations: {shown(found.directory / only)}", "the whole schema in one file")
    names = _span(beside.inside(found, one.path) for one in apply)
    number_of = f"{len(apply)} file{'s' if len(apply) > 1 else ''}"
    layout = f"layout {found.layout}: {LAYOUTS[found.layout].expects}"
    return Fact(f"migrations: {shown(found.directory)}, {number_of}", f"{names}; {layout}")


def _leading_back(found: MigrationSet, back: Sequence[Migration], only: str) -> Iterator[Fact]:
    if found.down and not only:
        in_files = found.down[0].part == "down"
        names = "sections of the files" if in_files else _span(shown(m.path) for m in found.down)
        yield Fact(f"rollback: {len(found.down)} of {len(found.migrations)} migrations", names)
    for one in back:
        yield Fact(f"rollback: {beside.inside(found, one.path)}", "it leads back, by its name")


def _span(names: Iterable[str]) -> str:
    """Return the first and the last of some names, in that order."""
    first, *others = names
    return f"{first} … {others[-1]}" if others else first


def _platform(found: MigrationSet, mine: Words) -> Fact:
    """Return the platform that the files are for, and where that shows."""
    directory = paths.resolved(found.directory)
    for folder in (directory, *directory.parents)[:3]:
        for config in (folder / "supabase" / "config.toml", folder / "config.toml"):
            if config.parent.name == "supabase" and paths.is_file(config):
                return Fact("supabase", f"there is {shown(config)}")
        if paths.exists(folder / ".git"):
            break
    if name := uses.of_supabase(mine):
        return Fact("supabase", f"{name.place} uses {'' if name.parts[1:] else 'the role '}{name}")
    if found.layout == "supabase":
        return Fact("supabase", f"the folder is called {shown(directory)}")
    return Fact("postgres", "no file uses what only Supabase has")
