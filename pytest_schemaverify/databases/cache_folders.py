"""The user's cache folders: which there are, and whether they can be used."""

import os
import sys
import tempfile
from pathlib import Path

from pytest_schemaverify.settings.paths import expanded

CLUSTERS, KEPT_DATABASES, DIGESTS = "clusters", "databases", "digests"
"""Folders in the cache."""


def cache_folder() -> Path:
    """Return the user's cache folder, as the XDG Base Directory Specification and macOS have it."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    if Path(given).is_absolute():  # the specification has relative ones ignored
        return Path(given) / "pytest-schemaverify"
    default = expanded("~/Library/Caches" if sys.platform == "darwin" else "~/.cache")
    # A user without a home, as in `docker run --user 12345`.
    if not default.is_absolute():
        return Path(tempfile.gettempdir()) / f"pytest-schemaverify-{os.geteuid()}"
    return default / "pytest-schemaverify"


def all_folders() -> list[str]:
    """Return the folders in which a killed run may have left what it was writing."""
    cache = cache_folder()
    return [str(cache), *(str(cache / name) for name in (CLUSTERS, KEPT_DATABASES, DIGESTS))]


def is_private(folder: Path) -> bool:
    """Make a folder if need be, and return whether nobody else can write to it.

    What is in the cache is run, so that it must not come from others.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError:
        return False
    # An owner could change the mode later, so the folder must be ours; 0o022 are group and others.
    # Windows has access lists instead, which Python does not read: there nothing is kept.
    return hasattr(os, "geteuid") and found.st_uid == os.geteuid() and not found.st_mode & 0o022


def obstacle(folder: Path) -> str:
    """Return why a folder for clusters is not used although it is there, or ''."""
    # A cache that cannot be made, as in a read-only home, is nothing that the user did wrong.
    where = next((path for path in (folder, *folder.parents) if os.access(path, os.F_OK)), folder)
    if not where.is_dir():
        return f"initdb runs each time, because {where} is not a folder: remove it"
    if where == folder:
        return f"initdb runs each time, because others may write to {where}, or own it"
    return ""
