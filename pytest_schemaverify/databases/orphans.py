"""What killed runs left behind."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from pytest_schemaverify.databases.supervisor import crash_cleanup
from pytest_schemaverify.databases.supervisor.folders import PREFIX


def remove(places: Iterable[str]) -> None:
    """Remove the folders of supervisors that are dead: those that nobody holds a lock on.

    Safe while other runs start and end; a folder that cannot be removed is left for the next.
    """
    for folder in {path for place in set(places) for path in Path(place).glob(f"{PREFIX}*")}:
        with suppress(OSError):
            if folder.lstat().st_uid == os.geteuid():
                _remove_abandoned(folder)


def _remove_abandoned(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _end_server(folder / "data")
        shutil.rmtree(folder)
    finally:
        os.close(descriptor)


def _end_server(data: Path) -> None:
    """Stop the server of a data folder and free what its crash left in the kernel.

    Raises OSError while somebody cannot be stopped.
    """
    try:
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    for number in (signal.SIGQUIT, signal.SIGKILL):
        for _ in range(50):
            if not _serves(pid, data):
                break
            with suppress(ProcessLookupError):
                os.kill(pid, number)
            time.sleep(0.02)
    for _ in range(50):
        working = crash_cleanup.users(data)
        if not working:
            break
        for user in working:
            with suppress(ProcessLookupError):
                os.kill(user, signal.SIGKILL)
        time.sleep(0.02)
    crash_cleanup.free(data)


def _serves(pid: int, data: Path) -> bool:
    """Return whether that process is the server of the data folder, and not a later namesake."""
    if sys.platform == "linux":
        try:
            return os.fsencode(data) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
    command = subprocess.run(
        ["ps", "-p", str(pid), "-o", "command="], capture_output=True, check=False
    )
    return os.fsencode(data) in command.stdout
