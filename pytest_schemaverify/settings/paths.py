"""Files that a user names: every name gets an answer, and nothing waits.

pathlib raises for a name that is too long, for a loop of links and for an unknown home.
"""

import errno
import os
from pathlib import Path


def is_file(path: Path) -> bool:
    """Return whether there is a regular file, or a link to one."""
    return os.path.isfile(path)  # noqa: PTH113 - it raises nothing


def is_folder(path: Path) -> bool:
    """Return whether there is a folder, or a link to one."""
    return os.path.isdir(path)  # noqa: PTH112 - it raises nothing


def exists(path: Path) -> bool:
    """Return whether anything has this path."""
    return os.path.exists(path)  # noqa: PTH110 - it raises nothing


def resolved(path: Path) -> Path:
    """Return the absolute path, with links resolved as far as the path exists."""
    return Path(os.path.realpath(path))


def expanded(text: str) -> Path:
    """Return a path whose `~` is replaced by the home folder, if there is one."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


def content(path: Path) -> bytes:
    """Return what is in a regular file.

    Raises OSError for anything else: whoever opens a pipe waits for somebody who writes into it,
    and a device has no end.
    """
    if exists(path) and not is_folder(path) and not is_file(path):
        raise OSError(errno.EINVAL, "it is a pipe, a socket or a device, and not a file")
    return path.read_bytes()
