"""Limits the memory of a process of our own server."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path


def bound_memory(process: int, most: int) -> None:
    """Let a process have at most so many bytes (RLIMIT_DATA), on Linux; elsewhere do nothing.

    Shared memory and the stack do not count. A statement that needs more gets the error
    `out_of_memory`, as on a machine whose memory is full.
    """
    if sys.platform != "linux":
        return
    import resource  # Windows has no such module

    try:
        # RLIMIT_AS would count shared_buffers, which each process of the server maps.
        resource.prlimit(process, resource.RLIMIT_DATA, (most, most))
    except PermissionError:
        # Where pytest is root, the server runs as another user. Limiting that user's process takes
        # CAP_SYS_RESOURCE, which root in most containers lacks. The user itself may do so, with a
        # program that it can execute; our own Python may be in a folder that it cannot enter.
        with suppress(OSError):
            owner = Path(f"/proc/{process}").stat()
            subprocess.run(
                ["prlimit", f"--pid={process}", f"--data={most}"],
                user=owner.st_uid, group=owner.st_gid, extra_groups=[], capture_output=True,
                check=False,
            )  # fmt: skip
    except OSError:
        pass
