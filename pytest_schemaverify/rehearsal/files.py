"""The files of a rehearsal, each with its part in the story."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_schemaverify import paths
from pytest_schemaverify.config import Config
from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.migrations.choose import matching
from pytest_schemaverify.migrations.files import Migration, MigrationSet, number
from pytest_schemaverify.migrations.read import read
from pytest_schemaverify.rehearsal.backup import recognised, required
from pytest_schemaverify.spec import Migrations, Spec

BASELINE = "baseline"
"""What a file of expectations calls the moment before the first migration."""


@dataclass(frozen=True, slots=True)
class Files:
    """The migration files of a project, each with its part in the story."""

    directory: MigrationSet
    baseline: tuple[Migration, ...]
    apply: tuple[Migration, ...]
    rollback: tuple[Migration, ...]
    backup: Path | None = None
    """What pg_dump has written of the state before; restored in front of the baseline."""
    replaced: tuple[Migration, ...] = ()
    """What the file of expectations starts from where an option names another backup."""
    listed: bool = False
    """Whether the file of expectations says what to apply; otherwise it is all that is new."""


def find_files(spec: Spec, folder: Path, config: Config) -> Files | None:
    """Return the migration files that a file of expectations, or an option, names.

    Raises ConfigError when a folder or a pattern leads nowhere.
    """
    wanted = spec.migrations
    if wanted is None and not config.migrations:
        return None
    directory = Path(config.migrations) if config.migrations else None
    directory = paths.resolved(directory or folder / (wanted.directory if wanted else ""))
    found = _found(directory, wanted)
    backup, baseline = _baseline(wanted, directory, config)
    if wanted is None:
        return Files(found, (), found.migrations, found.down, backup)
    seed = matching(directory, wanted.seed, setting="migrations.seed")
    replaced: tuple[Migration, ...] = ()
    if config.baseline_dump:
        named = matching(directory, _scripts(wanted, directory), setting="migrations.baseline")
        replaced, seed = (*named, *seed), ()
    before = (*baseline, *seed)
    apply = matching(directory, wanted.apply or [], setting="migrations.apply")
    rollback = matching(directory, wanted.rollback, setting="migrations.rollback")
    elsewhere = [m.path for m in (*replaced, *before, *rollback)]
    files = Files(
        found,
        before,
        apply or found.without(elsewhere),
        rollback or found.down,
        backup,
        replaced,
        listed=bool(apply),
    )
    for version, _ in wanted.at.items() if wanted.at else ():
        applied_by(files.apply, version)
    return files


def _found(directory: Path, wanted: Migrations | None) -> MigrationSet:
    """Return the migrations of the folder without those that are ignored by their names."""
    found = read(directory, layout=(wanted.layout if wanted else None) or "")
    if wanted is None:
        return found
    if wanted.one_by_one:
        found = found.run_by("")
    return found.leaving_out(wanted.ignored)


def applied_by(migrations: Sequence[Migration], version: str) -> int:
    """Return how many of the files have been applied when that version has.

    A version is written as in the file's name or without its zeros; the file's name will do, too.
    Raises ConfigError when there is none.
    """
    if version == BASELINE:
        return 0
    exact = [
        index
        for index, one in enumerate(migrations, 1)
        if version in (one.version, one.path.name, one.path.stem)
    ]
    alike = [
        index
        for index, one in enumerate(migrations, 1)
        if one.version and number(version) and number(one.version) == number(version)
    ]
    if not exact and not alike:
        versions = ", ".join(one.version or one.path.name for one in migrations[-8:])
        raise ConfigError(
            f"looking for migrations.at: {version}",
            because="no migration that is applied has this version",
            remedy=f"there are {BASELINE}, {versions}",
        )
    return (exact or alike)[-1]


def _baseline(
    wanted: Migrations | None, directory: Path, config: Config
) -> tuple[Path | None, tuple[Migration, ...]]:
    """Return the backup and the scripts that make the state before."""
    if config.baseline_dump:
        return required(paths.resolved(Path(config.baseline_dump)), "--schema-baseline-dump"), ()
    if wanted is None:
        return None, ()
    setting = "migrations.baseline"
    backups = [directory / name for name in wanted.baseline if recognised(directory / name)]
    if len(backups) > 1:
        raise ConfigError(
            f"reading {setting}", because="it names several backups", remedy="name one of them"
        )
    scripts = matching(directory, _scripts(wanted, directory), setting=setting)
    return (required(backups[0], setting) if backups else None), scripts


def _scripts(wanted: Migrations, directory: Path) -> list[str]:
    return [name for name in wanted.baseline if not recognised(directory / name)]
