"""The files that build the database: what is there before, what is applied, what undoes it."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_schemaverify.errors import WrongValue, about
from pytest_schemaverify.language.renamed import renamed
from pytest_schemaverify.migrations.file_patterns import found, left_out, matching, scripts
from pytest_schemaverify.migrations.files import Migration, MigrationSet
from pytest_schemaverify.migrations.folders import Folders
from pytest_schemaverify.migrations.layouts import known
from pytest_schemaverify.migrations.versions import number
from pytest_schemaverify.rehearsal.backup import recognised, required
from pytest_schemaverify.rehearsal.commands import printed
from pytest_schemaverify.rehearsal.moments import BEFORE
from pytest_schemaverify.settings import paths
from pytest_schemaverify.settings.config import Config

if TYPE_CHECKING:
    from pytest_schemaverify.kinds.contract import Spec
    from pytest_schemaverify.kinds.contract.migrations import Migrations, Seed


@dataclass(frozen=True, slots=True)
class Files:
    """The migration files of a project, by what they are for."""

    directory: MigrationSet
    before: tuple[Migration, ...]
    apply: tuple[Migration, ...]
    rollback: tuple[Migration, ...]
    backup: Path | None = None
    """What pg_dump has written of the state before; restored in front of the files of `before`."""
    replaced: tuple[Migration, ...] = ()
    """What the file of expectations starts from where an option names another backup."""
    option: str = ""
    """The option that names the backup, if one does."""
    left_out: tuple[str, ...] = ()
    """Paths that the file of expectations leaves out of those that it says to apply."""
    listed: bool = False
    """Whether the file of expectations says what to apply; otherwise it is all that is new."""
    seed: tuple[Migration, ...] = ()
    """Those of `before` that are there for their rows."""
    after: tuple[Migration, ...] = ()
    """Files of rows that follow the migrations."""

    @property
    def forward(self) -> tuple[Migration, ...]:
        """The files that build the schema, in the order in which they run."""
        return (*self.before, *self.apply)

    @property
    def every(self) -> tuple[Migration, ...]:
        """The files that build the database that is verified, in the order in which they run."""
        return (*self.forward, *self.after)


@dataclass(frozen=True, slots=True)
class _Place:
    """The folder of migrations, to which the names in a file of expectations are relative."""

    directory: Path
    folders: Folders
    beside: Path
    """The folder of the file of expectations."""

    def seed(self, wanted: "Seed") -> tuple[Migration, ...]:
        """Return the files of rows before the migrations. Raises WrongValue."""
        with about("migrations", "seed"):  # the short form has no `before`
            return tuple(
                one
                for pattern in wanted.before
                for one in found(self.beside, pattern)
                or matching(
                    self.directory, pattern, setting="migrations.seed", folders=self.folders
                )
            )

    def after(self, wanted: "Seed") -> tuple[Migration, ...]:
        """Return the files of rows after the migrations. Raises WrongValue."""
        with about("migrations", "seed", "after"):
            return scripts(self.beside, wanted.after, setting="migrations.seed.after")

    def near(self, pattern: str) -> str:
        """Return a path or pattern relative to the folder, also of what is only beside the file."""
        bare = pattern.removeprefix("!")
        if self._there(self.directory, bare) or not self._there(self.beside, bare):
            return pattern
        other = os.path.relpath(paths.resolved(self.beside) / bare, self.directory)
        return f"{'!' * pattern.startswith('!')}{other}"

    @staticmethod
    def _there(folder: Path, pattern: str) -> bool:
        return paths.exists(folder / pattern) or bool(found(folder, pattern))

    def named(
        self, key: str, patterns: list[str], every: Sequence[Migration] = ()
    ) -> tuple[Migration, ...]:
        """Return the files that a key of `migrations` names. Raises WrongValue that is about it."""
        with about("migrations", key):
            return matching(
                self.directory, [*map(self.near, patterns)],
                setting=f"migrations.{key}", folders=self.folders, every=every,
            )  # fmt: skip

    def left_out(self, patterns: list[str]) -> tuple[str, ...]:
        """Return the paths that patterns under `apply` leave out."""
        with about("migrations", "apply"):
            out = left_out(
                self.directory,
                [*map(self.near, patterns)],
                setting="migrations.apply",
                folders=self.folders,
            )
        return tuple(sorted(map(str, out)))


def find_files(spec: "Spec", folder: Path, config: Config, folders: Folders | None = None) -> Files:
    """Return the migration files that a file of expectations names, or else an option.

    `folders` has what this run has listed. Raises WrongValue when a folder, a layout or a pattern
    of the file leads nowhere, ConfigError when that of an option does.
    """
    wanted = spec.migrations
    named = Path(config.migrations) if config.migrations else None
    directory = paths.resolved(named or folder / _directory(wanted))
    place = _Place(directory, folders or Folders(), folder)
    command = wanted.command if wanted and not named else None
    members = printed(command, folder) if command else _found(place, wanted, config)
    backup, first = _before(wanted, place, config)
    option = config.called("backup") if config.backup else ""
    if wanted is None:
        return Files(members, (), members.migrations, members.down, backup, option=option)
    seed, after = place.seed(wanted.seed), place.after(wanted.seed)
    before = (*first, *seed)
    replaced: tuple[Migration, ...] = ()
    if config.backup:
        replaced = (*place.named("before", _scripts(wanted, place)), *before, *after)
        before = seed = after = ()
    listed = wanted.apply or []
    apply = place.named("apply", listed, members.migrations)
    rollback = place.named("rollback", wanted.rollback)
    elsewhere = [m.path for m in (*replaced, *before, *rollback, *after)]
    files = Files(
        members, before, apply or members.without(elsewhere), rollback or members.down,
        backup, replaced, option, place.left_out(listed), listed=bool(apply), seed=seed,
        after=after,
    )  # fmt: skip
    _require_moments(wanted, files.apply)
    return _filled(files, wanted.placeholders)


def _filled(files: Files, values: Mapping[str, object]) -> Files:
    """Return the same files with values for the placeholders in their texts."""
    if not values:
        return files
    given = tuple((name, _as_text(value)) for name, value in values.items())

    def each(migrations: Iterable[Migration]) -> tuple[Migration, ...]:
        return tuple(replace(one, placeholders=given) for one in migrations)

    members = files.directory
    return replace(
        files,
        directory=replace(members, migrations=each(members.migrations), down=each(members.down)),
        before=each(files.before), apply=each(files.apply), rollback=each(files.rollback),
        replaced=each(files.replaced), seed=each(files.seed), after=each(files.after),
    )  # fmt: skip


def _as_text(value: object) -> str:
    # As YAML, and SQL, write it.
    return str(value).lower() if isinstance(value, bool) else str(value)


def _directory(wanted: "Migrations | None") -> str:
    """Return the folder that names under `migrations` are relative to, as the file says it."""
    # The files that a command prints are in no folder of the project.
    implied = wanted is None or (wanted.command and "directory" not in wanted.model_fields_set)
    return "" if implied or wanted is None else wanted.directory


def _require_moments(wanted: "Migrations", apply: Sequence[Migration]) -> None:
    """See that each version under `migrations.at` is applied. Raises WrongValue."""
    for version, _ in wanted.at.items() if wanted.at else ():
        with about("migrations", "at", version):
            applied_by(apply, version)


def _found(place: _Place, wanted: "Migrations | None", config: Config) -> MigrationSet:
    """Return the migrations of the folder without those that are ignored by their names.

    Raises WrongValue for a folder or a layout of the file, ConfigError for the folder of an option.
    """
    layout = (wanted.layout if wanted else None) or ""
    with about("migrations", "layout"):
        known(layout or "plain")
    option = f"{config.called('migrations')}={config.migrations}" if config.migrations else ""
    with about("migrations", "directory", setting=option):
        found = place.folders.read(place.directory, layout=layout)
    if wanted is None:
        return found
    if wanted.one_by_one:
        found = found.run_by("")
    return found.leaving_out(wanted.ignored)


def applied_by(migrations: Sequence[Migration], version: str) -> int:
    """Return how many of the files have been applied when that version has.

    A version is written as in the file's name or without its zeros; the file's name will do, too.
    Raises WrongValue when there is none.
    """
    if version == BEFORE:
        return 0
    exact = [
        index
        for index, one in enumerate(migrations, 1)
        if version in (one.version, one.called, one.path.name, one.path.stem)
    ]
    alike = [
        index
        for index, one in enumerate(migrations, 1)
        if one.version and number(version) and number(one.version) == number(version)
    ]
    if not exact and not alike:
        versions = ", ".join(one.version or one.called for one in migrations[-8:])
        raise WrongValue(
            f"looking for migrations.at: {version}",
            because=renamed("migrations", "at", version)
            or "no migration that is applied has this version",
            remedy=f"there are {BEFORE}, {versions}",
        )
    return (exact or alike)[-1]


def _before(
    wanted: "Migrations | None", place: _Place, config: Config
) -> tuple[Path | None, tuple[Migration, ...]]:
    """Return the backup and the scripts that make the state before."""
    if config.backup:
        with about(setting=config.called("backup")):
            return required(paths.resolved(Path(config.backup))), ()
    if wanted is None:
        return None, ()
    with about("migrations", "before"):
        backups = [place.directory / place.near(name) for name in wanted.before]
        backups = [path for path in backups if recognised(path)]
        if len(backups) > 1:
            raise WrongValue(
                "reading migrations.before",
                because="it names several backups",
                remedy="name one of them",
            )
        backup = required(backups[0]) if backups else None
    return backup, place.named("before", _scripts(wanted, place))


def _scripts(wanted: "Migrations", place: _Place) -> list[str]:
    return [name for name in wanted.before if not recognised(place.directory / place.near(name))]
