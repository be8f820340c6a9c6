"""Folders that are removed when their supervisor ends, and whose lock tells that it is alive."""

import os
import shutil
import time
from contextlib import ExitStack
from pathlib import Path

PREFIX = "schemaverify-"
"""The beginning of our folders' names; each is locked (flock) by the supervisor that made it."""

# sun_path in unix(7) has 104 bytes on macOS and 108 on Linux, with a NUL at the end. The folder is
# followed by `/s/.s.PGSQL.5432`, which is 16 bytes long, and a few bytes are left over.
SOCKET_FOLDER_LIMIT = 84
"""Characters of the longest path of a folder in which a server's socket can be."""

SHORT = ("/tmp", "/dev/shm", "/var/tmp")
"""Places for a second folder of a run whose own path is too long for a socket."""

PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-")
"""Characters that mean nothing special in any setting or connection string."""


def make_locked(place: Path, cleanup: ExitStack) -> Path:
    """Create a folder that is locked until this process ends, and removed by `cleanup`.

    The kernel drops the lock however the process ends, so that a folder without one is abandoned.
    """
    import fcntl  # Windows has no such module, and nothing is kept or started there

    while True:
        folder = place / f"{PREFIX}{os.urandom(4).hex()}"
        folder.mkdir(0o700)
        descriptor = os.open(folder, os.O_RDONLY)
        # A process id in a file would not do: ids are used again, and other containers have their
        # own.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
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
    """Remove a folder, for up to 2 seconds while a dying process still writes into it."""
    for _ in range(100):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.02)


def first_with_room(places: list[tuple[str, int]]) -> Path:
    """Return the first place with enough room and write permission, or else the last one."""
    for path, needed in places[:-1]:
        try:
            room = os.statvfs(path)
        except OSError:  # macOS has no /dev/shm
            continue
        # f_bavail and not f_bfree: part of what is free may be reserved for root.
        if os.access(path, os.W_OK) and room.f_bavail * room.f_frsize >= needed:
            return Path(path)
    return Path(places[-1][0])


def with_short_path(base: Path, cleanup: ExitStack) -> Path:
    """Return a folder whose path fits a socket and needs no quotes in settings and DSNs.

    It is `base` itself, or a new folder in one of the `SHORT` places.
    """
    for place in SHORT:
        if len(str(base)) <= SOCKET_FOLDER_LIMIT and set(str(base)) <= PLAIN:
            return base
        if os.access(place, os.W_OK):
            base = make_locked(Path(place), cleanup)
    return base
