"""Migrations that a command of the project prints: run when they are first read, then kept.

What is kept lies in the user's cache folder, under the digest of all that decides what is printed.
So nothing is ever outdated there: a change of an input leads to another folder.
"""

import fcntl
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from shutil import which
from typing import IO

from pytest_schemaverify.databases.binaries import cache_folder
from pytest_schemaverify.databases.cache_folders import is_private
from pytest_schemaverify.databases.supervisor import cache_files
from pytest_schemaverify.errors import MigrationFailed, WrongValue, about, restored
from pytest_schemaverify.kinds.contract.migrations import Command
from pytest_schemaverify.migrations.file_patterns import found
from pytest_schemaverify.migrations.files import Migration, MigrationSet
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.rehearsal.digests import digest
from pytest_schemaverify.settings import paths

KEPT = 16
"""Outputs that stay, those that were used last."""
_PLACE = "commands"
_LOG = 15
"""Lines of what a command says that a failure shows."""


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
        with unfinished.open("wb") as output, tempfile.TemporaryFile() as log:
            code = self._ended(output, log)
            log.seek(0)
            said = _last(log.read())
        printed = unfinished.stat().st_size
        # A tool may say on its output what is wrong.
        said = said or (_last(unfinished.read_bytes()) if code else "")
        if code is None:
            raise self._failure(
                f"it had not ended after {self.seconds:g} s{said}",
                "give it more time, `command: {seconds: …}`, or see what it waits for",
            )
        if code:
            how = f"exit code {code}" if code > 0 else f"signal {signal.Signals(-code).name}"
            raise self._failure(f"it ended with {how}{said}")
        if not printed:
            raise self._failure(f"it printed nothing{said}", "let it print SQL")
        unfinished.replace(self.path)

    def _ended(self, output: IO[bytes], log: IO[bytes]) -> int | None:
        """Run the command to its end; return its exit code, None if it took too long."""
        try:
            process = subprocess.Popen(
                self.words,
                cwd=self.folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=log,
                start_new_session=True,  # so that what it starts can be ended with it
            )
        except OSError as error:
            missing = isinstance(error, FileNotFoundError)
            because = f"there is no program {self.words[0]}" if missing else str(error.strerror)
            raise self._failure(
                because, "install it where pytest runs, or name it with its folder"
            ) from None
        try:
            return process.wait(self.seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            # Whatever interrupts us, such as Ctrl-C, the command must not go on.
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _unkept(self, why: str) -> MigrationFailed:
        return self._failure(
            f"what it prints is kept in {self.path.parents[1]}: {why}",
            "let XDG_CACHE_HOME name a folder of your own",
        )

    def _failure(self, because: str, remedy: str = "") -> MigrationFailed:
        return MigrationFailed(
            f"running `{self}` in {shown(self.folder)}", because=because, remedy=remedy
        )


def _environment() -> Mapping[str, str]:
    """Return the environment of a command: ours, with the programs of this Python in front.

    A tool that is installed beside pytest is meant, whether or not its environment is activated.
    """
    folders = [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    return {**os.environ, "PATH": os.pathsep.join(folders)}


def _last(log: bytes) -> str:
    """Return the last lines of what a command has said, below the line that they explain."""
    lines = log.decode(errors="replace").strip().splitlines()[-_LOG:]
    return "".join(f"\n{line[:200]}" for line in lines)


def _remove_oldest(place: Path) -> None:
    kept = [path for path in place.iterdir() if path.is_dir()]
    for path in sorted(kept, key=lambda path: -path.stat().st_mtime)[KEPT:]:
        cache_files.discard(path)


def printed(wanted: Command, folder: Path) -> MigrationSet:
    """Return the migrations that a command prints when they are first read.

    Raises WrongValue where an input is not there.
    """
    with about("migrations", "command", "inputs"):
        inputs = [path for pattern in wanted.inputs for path in _inputs(folder, pattern)]

    def migration(words: Sequence[str], name: str) -> Migration:
        # The day counts, too: an input that was forgotten is not missed for longer.
        today = datetime.now(UTC).date().isoformat()
        program = which(words[0], path=_environment()["PATH"])
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
        below = (one for one in sorted(path.rglob("*")) if "__pycache__" not in one.parts)
        files = [one for one in below if paths.is_file(one)]
    else:
        files = [one.path for one in found(folder, pattern)]
    if not files:
        raise WrongValue(
            f"looking for {pattern}",
            because=f"no file in {shown(folder)} matches",
            remedy="name all files that the command reads: when one changes, it runs again",
        )
    return files
