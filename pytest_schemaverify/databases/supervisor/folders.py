"""Folders that go when their supervisor goes."""

import fcntl
import os
import shutil
import time
from contextlib import ExitStack
from pathlib import Path

PREFIX = "schemaverify-"
"""What our folders are called; each is locked (flock) by the supervisor that made it."""

SOCKET_FOLDER_LIMIT = 84
"""Bytes; a socket's path is at most 103 (macOS) or 107 (Linux), and `/s/.s.PGSQL.5432` is ours."""

SHORT = ("/tmp", "/dev/shm", "/var/tmp")
"""Where there may be a folder of a run whose own place has too long a path for a socket."""

PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-")
"""Characters that mean nothing special in any setting or connection string."""


def make(place: Path, cleanup: ExitStack) -> Path:
    """Create a folder that goes at the end, locked: if it is not, its owner is dead."""
    while True:
        folder = place / f"{PREFIX}{os.urandom(4).hex()}"
        folder.mkdir(0o700)
        descriptor = os.open(folder, os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # until we end, however we end
        try:
            if folder.stat().st_ino == os.fstat(descriptor).st_ino:
                break
        except FileNotFoundError:
            pass  # another run tidied it up between mkdir and flock
        os.close(descriptor)
    cleanup.callback(remove, folder)
    if os.geteuid() == 0:
        folder.chmod(0o711)  # the server's user has to get to what is inside
    return folder


def remove(folder: Path) -> None:
    """Remove a folder, also while the last process that writes into it is still dying."""
    for _ in range(100):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.02)


def roomy(places: list[tuple[str, int]]) -> Path:
    """Return the first place with enough room, or the last one."""
    for path, needed in places[:-1]:
        try:
            room = os.statvfs(path)
        except OSError:
            continue
        if os.access(path, os.W_OK) and room.f_bavail * room.f_frsize >= needed:
            return Path(path)
    return Path(places[-1][0])


def plain(base: Path, cleanup: ExitStack) -> Path:
    """Return a folder whose path fits a socket and needs no quoting anywhere."""
    for place in SHORT:
        if len(str(base)) <= SOCKET_FOLDER_LIMIT and set(str(base)) <= PLAIN:
            return base
        if os.access(place, os.W_OK):
            base = make(Path(place), cleanup)
    return base
