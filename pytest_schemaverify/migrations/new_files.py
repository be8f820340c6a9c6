"""The migration files that are new since a version or since a commit of git."""

import re
import subprocess
from collections.abc import Collection, Iterable
from pathlib import Path

from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.migrations.files import Migration, MigrationSet
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.migrations.versions import number


def since(migrations: MigrationSet, given: str, called: str = "--schema-since") -> frozenset[Path]:
    """Return the paths of the files after a version, or of those that differ from a commit.

    `called` is how the setting is called where it was given. Raises ConfigError for what is
    neither.
    """
    if migrations.made_by:
        raise ConfigError(
            f"reading {called}={given}",
            because=f"what is new in the output of `{migrations.made_by}` is not known",
            remedy=f"leave {called} out, or let the command print what is new only",
        )
    versions = [number(m.version) for m in migrations.migrations]
    if re.fullmatch(r"\d[\d._-]*[a-z]?", given) and number(given) in versions:
        # A version may have several files: what follows the last of them is new.
        last = max(at for at, version in enumerate(versions) if version == number(given))
        return frozenset(m.path for m in migrations.migrations[last + 1 :])
    return frozenset(_changed(migrations.directory, given, called))


def concerns(migrations: Iterable[Migration], new: Collection[Path] | None) -> bool:
    """Return whether one of the files is judged: it is among `new`, or `new` is None."""
    return new is None or any(migration.path in new for migration in migrations)


def _changed(directory: Path, commit: str, called: str) -> list[Path]:
    tried = f"reading {called}={commit}"
    # git would take it for an option.
    if commit.startswith("-"):
        raise ConfigError(tried, because="it is neither a version nor a commit")
    # `git diff` names files from the top of the repository, wherever it is run.
    root = Path(_git(directory, tried, "rev-parse", "--show-toplevel").strip())
    differing = _git(
        directory, tried, "diff", "--name-only", "--diff-filter=d", "-z", commit, "--", "."
    )
    # A migration that is not added yet is the newest of all.
    untracked = _git(
        directory, tried, "ls-files", "--others", "--exclude-standard", "--full-name", "-z"
    )
    return [root / name for name in (differing + untracked).split("\0") if name]


def _git(directory: Path, tried: str, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(directory), *arguments], capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise ConfigError(tried, because=f"git cannot be run: {error.strerror}") from None
    if done.returncode:
        raise ConfigError(
            tried,
            because=f"it is no version of {shown(directory)}, and git says: "
            f"{done.stderr.strip().splitlines()[0] if done.stderr.strip() else 'nothing'}",
            remedy="give the version of a migration, or a branch, tag or commit",
        )
    return done.stdout
