"""Bounds the memory of a process of our own server."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path


def bound_memory(process: int, most: int) -> None:
    """Let a process have so many bytes. Only Linux can bound another process.

    Shared memory and the stack do not count. The server reports an error to a statement that needs
    more, as it does when the machine's memory is full.
    """
    if sys.platform != "linux":
        return
    import resource

    try:
        resource.prlimit(process, resource.RLIMIT_DATA, (most, most))
    except PermissionError:
        # Where pytest is root the server is somebody else, whom even root may not bound inside of
        # most containers. It may do so itself, with a program that it can execute.
        with suppress(OSError):
            owner = Path(f"/proc/{process}").stat()
            subprocess.run(
                ["prlimit", f"--pid={process}", f"--data={most}"],
                user=owner.st_uid, group=owner.st_gid, extra_groups=[], capture_output=True,
                check=False,
            )  # fmt: skip
    except OSError:
        pass
