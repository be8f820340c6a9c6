"""Migrations that a command of the project prints: run when they are first read, then kept.

What is kept lies in the user's cache folder, under the digest of all that decides what is printed.
So nothing is ever outdated there: a change of an input leads to another folder.
"""

import os
import shlex
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

from pytest_schemaverify.databases.cache_folders import cache_folder, is_private
from pytest_schemaverify.databases.supervisor import cache_files
from pytest_schemaverify.errors import MigrationFailed, WrongValue, about, restored
from pytest_schemaverify.migrations.file_patterns import found
from pytest_schemaverify.migrations.files import Migration, MigrationSet
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.rehearsal import programs
from pytest_schemaverify.rehearsal.digests import digest
from pytest_schemaverify.settings import paths

if TYPE_CHECKING:
    from pytest_schemaverify.kinds.contract.migrations import Command

KEPT = 16
"""Outputs that stay, those that were used last."""
_PLACE = "commands"
_NOT_OURS = frozenset({"__pycache__", "node_modules"})
"""Folders whose files are no input, as those whose names begin with a dot."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What a command prints; calling it lets the file be there."""

    words: tuple[str, ...]
    folder: Path
    """Where the command runs: the folder of the file of expectations."""
    seconds: float
    path: Path
    """The file that has what it prints; its folder is of this command with these inputs alone."""
    since: float = field(default_factory=time.time)
    """When the run began: a failure after that is the run's own, and is not tried again."""

    def __str__(self) -> str:
        return shlex.join(self.words)

    def __call__(self) -> None:
        """Run the command unless what it prints is kept. Raises MigrationFailed with its log."""
        # Other processes of the run want the same; all but the first wait here.
        with self._locked():
            if paths.is_file(self.path):
                os.utime(self.path.parent)
                return
            failed = self.path.with_suffix(".failed")
            if paths.is_file(failed) and failed.stat().st_mtime >= self.since:
                raise restored(MigrationFailed, failed.read_text(encoding="utf-8"))
            try:
                self._run()
            except MigrationFailed as error:
                failed.write_text(str(error), encoding="utf-8")
                raise
        _remove_oldest(self.path.parents[1])

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock of the folder. Raises MigrationFailed where nothing can be kept."""
        try:
            import fcntl
        except ModuleNotFoundError:  # on Windows
            because = "commands can be run on Linux and macOS only, and this Python is for Windows"
            raise self._failure(because, "run pytest in WSL") from None
        place = self.path.parents[1]
        if not is_private(place):
            raise self._unkept("that cannot be written, or others may write to it")
        try:
            self.path.parent.mkdir(mode=0o700, exist_ok=True)
            with (self.path.parent / "lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as error:
            raise self._unkept(error.strerror or str(error)) from None

    def _run(self) -> None:
        """Run the command and keep what it prints. Raises MigrationFailed."""
        unfinished = self.path.with_suffix(".unfinished")
        try:
            with unfinished.open("w+b") as output, tempfile.TemporaryFile() as log:
                why, remedy = programs.ended(self.words, self.folder, self.seconds, output, log)
                if not why and programs.is_blank(output):
                    why, remedy = "it printed nothing", "let it print SQL"
                if why:
                    # A tool may say on its output what is wrong.
                    said = programs.last_lines(log) or programs.last_lines(output)
                    raise self._failure(why + said, remedy)
            unfinished.replace(self.path)
        finally:
            unfinished.unlink(missing_ok=True)

    def _unkept(self, why: str) -> MigrationFailed:
        return self._failure(
            f"what it prints is kept in {self.path.parents[1]}: {why}",
            "let XDG_CACHE_HOME name a folder of your own",
        )

    def _failure(self, because: str, remedy: str = "") -> MigrationFailed:
        return MigrationFailed(
            f"running `{self}` in {shown(self.folder)}", because=because, remedy=remedy
        )


def _remove_oldest(place: Path) -> None:
    kept = [path for path in place.iterdir() if path.is_dir()]
    for path in sorted(kept, key=lambda path: -path.stat().st_mtime)[KEPT:]:
        cache_files.discard(path)


def printed(wanted: "Command", folder: Path) -> MigrationSet:
    """Return the migrations that a command prints when they are first read.

    Raises WrongValue where an input is not there.
    """
    with about("migrations", "command", "inputs"):
        inputs = [path for pattern in wanted.inputs for path in _inputs(folder, pattern)]

    def migration(words: Sequence[str], name: str) -> Migration:
        # The day counts, too: an input that was forgotten is not missed for longer.
        today = datetime.now(UTC).date().isoformat()
        program = which(words[0], path=programs.environment()["PATH"])
        key = digest(words, folder, today, program, inputs)[:16]
        path = cache_folder() / _PLACE / key / f"{name}.sql"
        made = Printed(tuple(words), folder, wanted.seconds, path)
        return Migration(path, "", name, made=made)

    up = migration(wanted.run, "migrations")
    down = (migration(wanted.back, "rollback"),) if wanted.back else ()
    return MigrationSet(up.path.parent, "named", (up,), down=down, made_by=shlex.join(wanted.run))


def _inputs(folder: Path, pattern: str) -> list[Path]:
    """Return the files that a name, a pattern or a folder means, in order. Raises WrongValue."""
    path = folder / pattern
    if paths.is_folder(path):
        files = [one for one in sorted(path.rglob("*")) if _is_input(one.relative_to(path))]
        files = [one for one in files if paths.is_file(one)]
    else:
        files = [one.path for one in found(folder, pattern)]
    if not files:
        raise WrongValue(
            f"looking for {pattern}",
            because=f"no file in {shown(folder)} matches",
            remedy="name all files that the command reads: when one changes, it runs again",
        )
    return files


def _is_input(path: Path) -> bool:
    """Return whether a file in a folder of inputs counts: tools change those of .git and .venv."""
    return not any(name.startswith(".") or name in _NOT_OURS for name in path.parts[:-1])
