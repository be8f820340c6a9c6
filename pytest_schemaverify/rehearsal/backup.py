"""A backup that pg_dump made, in any of its formats, as one stream of SQL.

Plain scripts are read as they are; custom, directory and tar archives go through pg_restore, which
writes the script to a pipe; gzip and zstd are taken off on the way. Nothing is kept in memory.
https://www.postgresql.org/docs/current/app-pgdump.html
"""

import contextlib
import gzip
import io
import os
import shutil
import subprocess
import tempfile
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from pytest_schemaverify.errors import DatabaseUnavailable, WrongValue
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.settings.paths import is_file, is_folder

Kind = Literal["plain", "archive", "directory", "gzip", "zstd", ""]

# A tar archive says so at byte 257, and a plain script may have comments in front of its title.
_HEAD = 2048
# Backups are large: a megabyte at once, where Python's default buffer has some kilobytes.
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Script:
    """The SQL that restores a backup, being read."""

    stream: io.BufferedReader
    done: Callable[[], int]
    """Return the bytes of the backup read so far; 0 where pg_restore reads the file itself."""
    size: int
    """Bytes of the backup on disk."""


def recognised(path: Path) -> Kind:
    """Return how a backup is stored, "" for what pg_dump does not write."""
    # toc.dat is the table of contents of --format=directory, toc.dat.gz where it is compressed.
    if is_folder(path):
        return "directory" if any(path.glob("toc.dat*")) else ""
    if not is_file(path):
        return ""
    with path.open("rb") as file:
        return _kind(file.read(_HEAD))


def _kind(head: bytes) -> Kind:
    if head.startswith(b"PGDMP") or head[257:262] == b"ustar":
        return "archive"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return "zstd"
    return "plain" if b"-- PostgreSQL database dump" in head else ""


def required(path: Path) -> Path:
    """Return the path of a backup. Raises WrongValue when nothing there can be one."""
    tried = f"reading the backup {shown(path)}"
    if not is_file(path) and not is_folder(path):
        remedy = f"name a backup, or make one: pg_dump --format=custom --file={shown(path)}"
        raise WrongValue(tried, because="there is no such file", remedy=remedy)
    if not os.access(path, os.R_OK):
        raise WrongValue(tried, because="it may not be read", remedy=f"chmod u+r {shown(path)}")
    if is_folder(path) and not recognised(path):
        raise WrongValue(
            tried,
            because="the folder is no archive of pg_dump: it has no toc.dat",
            remedy="name the folder that pg_dump --format=directory has written",
        )
    return path


@contextmanager
def opened(path: Path, programs: Path | None) -> Iterator[Script]:
    """Yield the script that restores a backup.

    `programs` is the folder of the server's own programs, where pg_restore is looked for first.
    Raises DatabaseUnavailable when a program is missing that the format needs, WrongValue when it
    rejects the backup.
    """
    with ExitStack() as stack:
        if recognised(path) in ("archive", "directory"):
            # pg_restore gets the path, as it seeks in archives: a table's rows are found by offset.
            restore = [_program("pg_restore", programs, path), "--file=-", str(path)]
            files = [p for p in path.iterdir() if p.is_file()] if path.is_dir() else [path]
            total = sum(file.stat().st_size for file in files)
            yield Script(stack.enter_context(_output(restore, path)), lambda: 0, total)
            return
        file = stack.enter_context(path.open("rb"))
        stream = stack.enter_context(_unpacked(file, path))
        if _kind(_beginning(stream, path)) == "archive":
            restore = [_program("pg_restore", programs, path), "--file=-"]
            stream = stack.enter_context(_output(restore, path, stream, pumped=True))
        # A program that reads the file shares its offset with us.
        number = file.fileno()
        yield Script(stream, lambda: os.lseek(number, 0, os.SEEK_CUR), path.stat().st_size)


def _beginning(stream: io.BufferedReader, path: Path) -> bytes:
    try:
        return stream.peek(_HEAD)
    except (EOFError, OSError, zlib.error) as error:
        raise WrongValue(f"unpacking {shown(path)}", because=str(error)) from None


@contextmanager
def _unpacked(file: IO[bytes], path: Path) -> Iterator[io.BufferedReader]:
    kind = recognised(path)
    if kind == "gzip":
        with gzip.open(file) as unpacked:
            yield io.BufferedReader(unpacked, _BLOCK)
    elif kind == "zstd":
        with _output([_program("zstd", None, path), "-dcq"], path, file) as stream:
            yield stream
    else:
        yield io.BufferedReader(file, _BLOCK)  # type: ignore[arg-type]


def _program(name: str, folder: Path | None, path: Path) -> str:
    """Return where a program is: beside the server's own, or on PATH."""
    beside = folder / name if folder else None
    found = str(beside) if beside and beside.is_file() else shutil.which(name)
    if found:
        return found
    remedies = {
        "pg_restore": "install PostgreSQL's client programs, or make SQL of it elsewhere: "
        "pg_restore --file=backup.sql …",
        "zstd": "install zstd, or unpack the backup: unzstd backup.sql.zst",
    }
    raise DatabaseUnavailable(
        f"reading the backup {shown(path)}",
        because=f"there is no {name}" + (f" in {folder} or on PATH" if folder else " on PATH"),
        remedy=remedies[name],
    )


@contextmanager
def _output(
    command: list[str], path: Path, source: IO[bytes] | None = None, *, pumped: bool = False
) -> Iterator[io.BufferedReader]:
    """Yield what a program writes; it reads the source itself, or has it handed over."""
    stdin = subprocess.PIPE if pumped else source or subprocess.DEVNULL
    # A file and no pipe: nobody reads it while the program writes, and a full pipe would stop it.
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            command, stdin=stdin, stdout=subprocess.PIPE, stderr=complaints, bufsize=_BLOCK
        )
        if pumped:
            # In a thread, as the program writes while it still reads: both pipes would fill up.
            threading.Thread(target=_pump, args=(source, process.stdin), daemon=True).start()
        assert isinstance(process.stdout, io.BufferedReader)
        try:
            yield process.stdout
        except BaseException:
            process.kill()
            raise
        finally:
            process.stdout.close()
            failed = process.wait() != 0
        if failed:
            complaints.seek(0)
            said = complaints.read().decode(errors="replace").strip().splitlines()
            raise WrongValue(
                f"reading the backup {shown(path)}",
                because="\n".join(said[:3]) or f"{Path(command[0]).name} gave no reason",
                remedy="an archive needs a pg_restore at least as new as the pg_dump that wrote it",
            )


def _pump(source: IO[bytes], into: Any) -> None:
    try:
        shutil.copyfileobj(source, into, _BLOCK)
        into.close()
    # The program has ended early, and its exit code and messages say why.
    except (OSError, ValueError, EOFError):
        with contextlib.suppress(OSError):
            into.close()
