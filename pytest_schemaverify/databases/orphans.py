"""Removes the servers and folders that killed runs left behind."""

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
    """Remove the folders of dead supervisors below these places: those that nobody has locked.

    Other runs may start and end meanwhile. A folder that cannot be removed is left for the next
    run.
    """
    for folder in {path for place in set(places) for path in Path(place).glob(f"{PREFIX}*")}:
        with suppress(OSError):
            # In /tmp, others may have folders of such a name, or links that lead elsewhere.
            if folder.lstat().st_uid == os.geteuid():
                _remove_abandoned(folder)


def _remove_abandoned(folder: Path) -> None:
    import fcntl  # Windows has no such module, and an existing database is verified there, too

    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        # The lock is held until the folder is gone, so that two runs do not remove it at once.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _end_server(folder / "data")
        shutil.rmtree(folder)
    finally:
        os.close(descriptor)


def _end_server(data: Path) -> None:
    """Stop the server of a data folder and free what its crash left in the kernel.

    Raises OSError if a process of it goes on and uses its shared memory.
    """
    try:
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    # A second for an immediate shutdown, in which the server frees its memory itself, and then a
    # second for the kernel to end it.
    for number in (signal.SIGQUIT, signal.SIGKILL):
        for _ in range(50):
            if not _serves(pid, data):
                break
            with suppress(ProcessLookupError):
                os.kill(pid, number)
            time.sleep(0.02)
    # Its sessions notice its death when they wait, which one in a loop does not.
    for _ in range(50):
        working = crash_cleanup.processes_in(data)
        if not working:
            break
        for user in working:
            with suppress(ProcessLookupError):
                os.kill(user, signal.SIGKILL)
        time.sleep(0.02)
    crash_cleanup.free_shared_memory(data)


def _serves(pid: int, data: Path) -> bool:
    """Return whether a process is the server of the data folder; the id may be another's by now."""
    if sys.platform == "linux":
        try:
            return os.fsencode(data) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
    # macOS has no /proc.
    command = subprocess.run(
        ["ps", "-p", str(pid), "-o", "command="], capture_output=True, check=False
    )
    return os.fsencode(data) in command.stdout
