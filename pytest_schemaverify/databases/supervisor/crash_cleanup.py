"""What a killed server leaves besides its files: processes, and memory in the kernel.

Run as a program, `python -I -S FILE USER SEGMENT` frees memory as that user: without
CAP_SYS_ADMIN, which root in a container does not have, only its owner may.
"""

import ctypes
import errno
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
IPC_RMID, SHM_RDONLY = 0, 0o10000
HEADER, DSM_CONTROL = 28, 24
"""Bytes of PGShmemHeader (storage/pg_shmem.h) up to and before `dsm_control`."""
SEGMENTS = Path("/proc/sysvipc/shm")
"""Of each segment: key, id, mode, size, pid of its creator and of the last one, uses, owner."""


def adopt() -> None:
    """Become the parent of a dead server's children, so that we can end them."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def end_children() -> None:
    """Kill what we have started or adopted, and wait until it is gone."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            for child in _children():
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            time.sleep(0.002)


def _children() -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                found.append(int(stat.parent.name))
    return found


def users(data: Path) -> list[int]:
    """Return the processes that work in a data folder, as each of its server does."""
    found, place = [], data.resolve()
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):  # it is gone, or somebody else's
            if link.readlink() == place:
                found.append(int(link.parent.name))
    return found


def free(data: Path) -> None:
    """Free the memory in the kernel that is named in the status file of a server that is dead.

    A segment that another process has made is not touched. Raises OSError if somebody still uses
    ours.
    """
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        creator = abs(int(lines[0]))  # it is negative for those that initdb runs
        key, identifier = map(int, lines[6].split())
        table = [line.split() for line in SEGMENTS.read_text().splitlines()[1:]]
    except (OSError, ValueError, IndexError):
        return
    for row in table:
        made_by, _, uses, owner = map(int, row[4:8])
        ours = (int(row[0]) ^ key) & 0xFFFFFFFF == 0 and int(row[1]) == identifier
        if not ours or made_by != creator:
            continue
        if uses:
            raise OSError(errno.EBUSY, "a server's memory is in use", str(data))
        if owner == os.geteuid():
            _remove(identifier)
        else:
            command = [sys.executable, "-I", "-S", __file__, str(owner), str(identifier)]
            subprocess.run(command, capture_output=True, check=False)


def _remove(identifier: int) -> None:
    """Remove a segment, and the file of shared memory that it names."""
    libc = ctypes.CDLL(None)
    libc.shmat.restype = ctypes.c_void_p
    libc.shmat.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
    address = libc.shmat(identifier, None, SHM_RDONLY)
    if address and address != ctypes.c_void_p(-1).value:
        header = ctypes.string_at(address, HEADER)
        handle = int.from_bytes(header[DSM_CONTROL:], sys.byteorder)
        with suppress(OSError):
            Path(f"/dev/shm/PostgreSQL.{handle}").unlink()
    libc.shmctl(identifier, IPC_RMID, None)


if __name__ == "__main__":
    os.setuid(int(sys.argv[1]))
    _remove(int(sys.argv[2]))
