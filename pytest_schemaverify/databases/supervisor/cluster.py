"""The data folder: initialised once, kept as an archive, served from a copy."""

import locale
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from io import BufferedReader
from pathlib import Path
from typing import Any

from . import Failure, Order, cache_files, crash_cleanup, folders
from .processes import Account, launch, make_private, run

START_TIMEOUT = 60.0
"""Seconds until the server accepts connections, or until it has stopped with a checkpoint."""

STOP_TIMEOUT = 5.0
"""Seconds until a server that ignores SIGQUIT is killed."""

KEPT_ARCHIVES = 6
"""Archives that stay in the cache: each version of PostgreSQL, and each installation, has one, and
one more with a platform."""

MOST_KEPT = 1 << 30
"""Bytes of the largest data folder that is copied."""

STATUS_LINE = 8
"""The line of `postmaster.pid` with the server's state: LOCK_FILE_LINE_PM_STATUS in PostgreSQL's
pidfile.h. `pg_ctl --wait` reads it, too."""


def initialise(
    order: Order, account: Account, bin_dir: Path, data: Path, cleanup: ExitStack
) -> Path | None:
    """Fill the data folder, and return a new archive of it for `publish`; None if there is none.

    Raises Failure when `initdb` fails, or when the archive to begin with cannot be unpacked.
    """
    if order["begin"]:
        # Its content is compared by the caller, who knows its digest.
        begin = Path(order["begin"])
        if not _extracted(account, begin, data):
            raise Failure(f"{begin} cannot be unpacked")
        os.utime(begin)
        return None
    kept = [Path(order[name]) for name in ("platform", "archive") if order[name]]
    if any(_unpacked(account, one, data) for one in kept):
        return None
    archive = Path(order["archive"])
    make_private(account, data)
    character_type = f"--lc-ctype={_first_known(order['character_types'])}"
    initdb = bin_dir / "initdb"
    status, errors = run(account, initdb, "-D", data, character_type, *order["initdb"])
    if status:
        # initdb itself runs servers. One that was killed leaves shared memory, which its status
        # file names, so this has to be read before the folder goes.
        crash_cleanup.end_children()
        crash_cleanup.free_shared_memory(data)
        raise Failure(f"initdb failed: {errors or f'exit status {status}'}")
    return _packed(archive, data, cleanup) if order["archive"] else None


def _first_known(locales: list[str]) -> str:
    """Return the first locale that this machine has, or "C", which every machine has."""
    for name in locales:
        try:
            locale.setlocale(locale.LC_CTYPE, name)
        except locale.Error:
            continue
        return name
    return "C"


def _unpacked(account: Account, archive: Path, data: Path) -> bool:
    """Fill the data folder from the archive of an earlier run, and return whether that worked.

    While `tar` runs, the checksum of the archive is computed. An archive that is not as it was
    written is removed. Raises Failure when the disk is full.
    """
    sums: list[int] = []
    with suppress(OSError):
        whole = _extracted(account, archive, data, lambda f: sums.append(cache_files.checksum(f)))
        # `publish` drops the archives that were longest unused, by this time.
        os.utime(archive)
        if whole and sums == [cache_files.RESIDUE]:
            return True
        cache_files.discard(archive)
    # What was unpacked in vain is in the way of the next try.
    shutil.rmtree(data, ignore_errors=True)
    return False


def _extracted(
    account: Account,
    archive: Path,
    data: Path,
    meanwhile: Callable[[BufferedReader], None] = lambda _: None,
) -> bool:
    """Unpack an archive into a new data folder, and return whether `tar` takes it for one.

    `meanwhile` gets the open archive while `tar` runs. Raises Failure when the disk is full, and
    OSError.
    """
    with cache_files.open_regular(archive) as file:
        make_private(account, data)
        status, errors = run(
            account, "tar", "-xf", "-", "-C", data, stdin=file, meanwhile=lambda: meanwhile(file)
        )
    # On a full disk the archive is not at fault and stays, and initdb would need as much room.
    full = [line for line in errors.splitlines() if "No space left" in line]
    if full:
        raise Failure(f"unpacking {archive.name} failed: {full[0]}")
    return status == 0


def _packed(archive: Path, data: Path, cleanup: ExitStack) -> Path | None:
    """Return an archive of the data folder that is not in its place yet; None without one."""
    try:
        # The folder is locked: if this program is killed, the next run removes it.
        unfinished = folders.make_locked(archive.parent, cleanup) / archive.name
        return None if _pack(data, unfinished) else unfinished
    except OSError:
        return None  # a cache that cannot be written is no reason to have no server


def _pack(data: Path, archive: Path) -> str:
    """Write a data folder to a new file, and return what failed, or ''. Raises OSError.

    The file has no checksum yet.
    """
    with archive.open("xb") as file:
        status, errors = run({}, "tar", "-cf", "-", "-C", data, ".", stdout=file)
    return (errors or f"tar failed with exit status {status}") if status else ""


def publish(unfinished: Path, archive: Path) -> None:
    """Give the archive its checksum and its place, and drop those that were longest unused.

    Other runs see the whole archive or none. What fails is left out: the cache only saves time.
    """
    with suppress(OSError):
        with unfinished.open("r+b") as file:
            cache_files.append_checksum(file)
            # Without it a crash of the machine can leave the new name with an empty file.
            os.fsync(file)
        cache_files.move_into_place(unfinished, archive)
        there = archive.parent.iterdir()
        kept = [path for path in there if not path.name.startswith(folders.PREFIX)]
        newest_first = sorted(kept, key=lambda path: -path.lstat().st_mtime)
        for path in newest_first[KEPT_ARCHIVES:]:
            cache_files.discard(path)


def obstacle_to_copy(data: Path) -> str:
    """Return why a copy of a server's data folder would not be a copy of the server, or ''."""
    if any((data / "pg_tblspc").iterdir()):
        return "a tablespace is outside of its folder"
    lines = (data / "postgresql.auto.conf").read_text(errors="replace").splitlines()
    if any(line.strip() and not line.startswith("#") for line in lines):
        return "`alter system` has changed settings, some of which hold after a restart only"
    size = sum(path.lstat().st_size for path in data.rglob("*") if not path.is_dir())
    if size > MOST_KEPT:
        return f"it takes {size >> 20} MB, and no more than {MOST_KEPT >> 20} MB are kept"
    return ""


def stop_and_pack(server: "Running", archive: Path) -> str:
    """Stop a server with a checkpoint and write its data folder; return what failed, or ''.

    The file has no checksum yet, as with `initialise`.
    """
    # SIGINT is a fast shutdown: it ends sessions and writes everything to the folder. After SIGQUIT
    # a copy would have to be recovered. See the page "Shutting Down the Server" (server-shutdown).
    server.process.send_signal(signal.SIGINT)
    if server.process.wait(START_TIMEOUT):
        return "its server did not end well"
    try:
        return _pack(server.data, archive)
    except OSError as error:
        return str(error)


def serve(account: Account, bin_dir: Path, data: Path, options: dict[str, str]) -> "Running":
    """Start the server of a data folder, and return at once; its log is beside the folder."""
    settings = [f"-c{name}={value}" for name, value in options.items()]
    log = data.with_name("log")
    return Running(launch(account, [bin_dir / "postgres", "-D", data, *settings], log), data, log)


class Running:
    """The server's process, its data folder and its log."""

    def __init__(self, process: "subprocess.Popen[Any]", data: Path, log: Path) -> None:
        self.process = process
        self.data = data
        self.log = log

    def wait_until_ready(self) -> None:
        """Return once the server accepts connections, as its status file says. Raises Failure."""
        deadline = time.monotonic() + START_TIMEOUT
        status = self.data / "postmaster.pid"
        while time.monotonic() < deadline:
            with suppress(OSError, IndexError):
                # The supervisor has no driver with which it could connect and ask.
                if status.read_text().splitlines()[STATUS_LINE - 1].strip() == "ready":
                    return
            if self.process.poll() is not None:
                last = self.log.read_text(errors="replace").splitlines()[-8:]
                raise Failure("\n".join(["the server ended at once:", *last]))
            time.sleep(0.002)  # short, because the user waits meanwhile
        raise Failure(f"the server was not ready after {START_TIMEOUT:.0f} seconds")

    def stop(self) -> None:
        """End the server without a checkpoint, since its files are removed.

        If the server was killed, its processes that go on are ended, and its shared memory is
        freed.
        """
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            deadline = time.monotonic() + STOP_TIMEOUT
            while self.process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.001)  # Popen.wait would sleep for up to 50 ms
            self.process.kill()  # one that is stopped (SIGSTOP) acts on no other signal
            self.process.wait()
        crash_cleanup.end_children()
        crash_cleanup.free_shared_memory(self.data)
