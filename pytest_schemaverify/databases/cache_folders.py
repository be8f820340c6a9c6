"""The user's folders for what can be made again: whether they can be used, and what is in them."""

import os
from pathlib import Path

from pytest_schemaverify.databases.binaries import CLUSTERS, SNAPSHOTS, cache_folder


def everywhere() -> list[str]:
    """Return the folders in which a killed run may have left what it was writing."""
    cache = cache_folder()
    return [str(cache), *(str(cache / name) for name in (CLUSTERS, SNAPSHOTS))]


def private(folder: Path) -> bool:
    """Return whether there is such a folder, made if need be, which nobody else can write to."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError:
        return False
    return found.st_uid == os.geteuid() and not found.st_mode & 0o022


def obstacle(folder: Path) -> str:
    """Return what is wrong with a folder for clusters that is there and not `private`, or ''."""
    where = next((path for path in (folder, *folder.parents) if os.access(path, os.F_OK)), folder)
    if not where.is_dir():
        return f"initdb runs each time, because {where} is not a folder: remove it"
    if where == folder:
        return f"initdb runs each time, because others may write to {where}, or own it"
    return ""
