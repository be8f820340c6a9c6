"""A folder in which one process of a run leaves something for the others."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

PREFIX = "schemaverify-"
"""The same as that of the servers' folders, because leftovers of both are removed by it."""

WATCH = """trap '' INT TERM HUP; while read -r line; do :; done; rm -rf -- "$1" """
"""Removes a folder when nobody is left who could write to the standard input."""


@contextmanager
def exchange() -> Iterator[Path]:
    """Yield a private folder, removed afterwards, by a process that outlives us if we are killed.

    If that is killed as well, the next run removes it: the lock tells whether somebody is still
    here, as with the folders of the servers.
    """
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with _watched(folder):
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(descriptor)


def _watched(folder: Path) -> AbstractContextManager[object]:
    """Return the process that removes a folder when we are gone, if there can be one."""
    try:
        return subprocess.Popen(
            ["/bin/sh", "-c", WATCH, "sh", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,  # a terminal's Ctrl-C is for pytest alone
        )
    except OSError:
        return nullcontext()
