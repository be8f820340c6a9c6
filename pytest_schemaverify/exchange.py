"""A folder in which one process of a run leaves something for the others."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "schemaverify-"
"""The same as that of the servers' folders, because leftovers of both are removed by it."""


@contextmanager
def exchange() -> Iterator[Path]:
    """Yield a private folder, removed afterwards; if this process is killed, by the next run.

    The lock tells that run that somebody is still here, as with the folders of the servers.
    """
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)
