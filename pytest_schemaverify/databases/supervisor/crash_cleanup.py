"""Ends the processes and frees the shared memory that a killed server leaves besides its files.

Run as a program, `python -I -S FILE USER SEGMENT` frees the segment as that user: without
CAP_SYS_ADMIN, which root in a container does not have, only the owner may (shmctl(2)).
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

# The standard library has none of these: linux/prctl.h, bits/ipc.h and bits/shm.h.
PR_SET_CHILD_SUBREAPER = 36
IPC_RMID, SHM_RDONLY = 0, 0o10000
HEADER, DSM_CONTROL = 28, 24
"""Bytes of PGShmemHeader (storage/pg_shmem.h) up to the end and the beginning of `dsm_control`."""
SEGMENTS = Path("/proc/sysvipc/shm")
"""One line for each segment: key, id, mode, size, process ids of its creator and its last user,
number of uses, owner; see proc_sysvipc(5)."""


def adopt_orphans() -> None:
    """Become the parent of a dead server's children, so that they can be found and ended."""
    # A session that loops never notices the postmaster's death, and init would be its parent then.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def end_children() -> None:
    """Kill all processes that this one has started or adopted, and return when they are gone."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            # Once more in each round: when a child is gone, its own children become ours.
            for child in _children():
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            time.sleep(0.002)


def _children() -> list[int]:
    """Return the process ids of our children; none on systems without /proc."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The name before the last bracket may hold spaces and brackets; see proc_pid_stat(5).
            if int(stat.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                found.append(int(stat.parent.name))
    return found


def processes_in(data: Path) -> list[int]:
    """Return the ids of the processes whose working directory is a data folder.

    Each process of a server has it, also when its command line tells only the database.
    """
    found, place = [], data.resolve()
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):  # it is gone, or somebody else's
            if link.readlink() == place:
                found.append(int(link.parent.name))
    return found


def free_shared_memory(data: Path) -> None:
    """Free the System V shared memory that the status file of a dead server names.

    A segment that another process has made is not touched. Raises OSError if the server's segment
    is still in use.
    """
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        creator = abs(int(lines[0]))  # it is negative for those that initdb runs
        key, identifier = map(int, lines[6].split())  # LOCK_FILE_LINE_SHMEM_KEY is line 7
        table = [line.split() for line in SEGMENTS.read_text().splitlines()[1:]]
    except (OSError, ValueError, IndexError):
        return
    for row in table:
        made_by, _, uses, owner = map(int, row[4:8])
        # /proc prints the key with a sign and the server without one.
        ours = (int(row[0]) ^ key) & 0xFFFFFFFF == 0 and int(row[1]) == identifier
        # The kernel gives an id to others later. The creator tells the server's from theirs.
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
    """Remove a segment, and the file of shared memory that it names.

    Our servers keep dynamic shared memory in their data folder, but before PostgreSQL 16 the
    servers that `initdb` runs have it in /dev/shm, and only this header knows the file's name.
    """
    libc = ctypes.CDLL(None)
    libc.shmat.restype = ctypes.c_void_p  # ctypes would cut an address to 32 bits
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
