"""A folder in which one process of a run leaves something for the others."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import NamedTuple

import pytest

PREFIX = "schemaverify-"
"""The same as that of the servers' folders, because leftovers of both are removed by it."""

WATCH = """trap '' INT TERM HUP; while read -r line; do :; done; rm -rf -- "$1" """
"""Removes a folder once every process that could write to its standard input is gone."""


class Exchange(NamedTuple):
    """Where things are left, and what makes them readable: that goes to workers by their pipe."""

    folder: Path
    key: bytes

    def leave(self, name: str, content: bytes) -> None:
        """Leave something, whole or not at all: on a full disk the others do without."""
        # Several workers may leave the same at the same time.
        unfinished = self.folder / f"{name}.{os.getpid()}"
        with suppress(OSError):
            unfinished.write_bytes(sealed(content, self.key, name))
            unfinished.replace(self.folder / name)

    def taken(self, name: str) -> bytes | None:
        """Return what was left under a name, if anything was."""
        with suppress(OSError):
            return sealed((self.folder / name).read_bytes(), self.key, name)
        return None


def of_worker(config: pytest.Config) -> Exchange | None:
    """Return where pytest-xdist's controller leaves something, None if this is no worker of it."""
    given = getattr(config, "workerinput", {})
    if "schemaverify" not in given:
        return None
    return Exchange(Path(given["schemaverify"]), given["schemaverify_key"])


def sealed(content: bytes, key: bytes, name: str) -> bytes:
    """Return a content encrypted by the key; of an encrypted one, the content.

    DSNs have passwords, settings may be secrets, and a killed process leaves its files behind. A
    key is of one run and a name of one file, so no stream of bytes is used twice.
    """
    stream = hashlib.shake_256(key + name.encode()).digest(len(content))
    return (int.from_bytes(content) ^ int.from_bytes(stream)).to_bytes(len(content))


@contextmanager
def exchange() -> Iterator[Exchange]:
    """Yield a private folder, removed afterwards, by a process that outlives us if we are killed.

    If that is killed as well, the next run removes it: the lock shows whether this process is
    alive, as with the folders of the servers.
    """
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    with _locked(folder), _watched(folder):
        try:
            yield Exchange(folder, os.urandom(32))
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    try:
        import fcntl
    except ModuleNotFoundError:  # on Windows, where no next run looks for what is left
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _watched(folder: Path) -> AbstractContextManager[object]:
    """Return the process that removes a folder when we are gone, if there can be one."""
    try:
        return subprocess.Popen(
            ["/bin/sh", "-c", WATCH, "sh", str(folder)],
            # The other end closes when this process is gone, however it ended.
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,  # a terminal's Ctrl-C is for pytest alone
        )
    except OSError:
        return nullcontext()
