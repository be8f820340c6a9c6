"""Looks up paths that users name, without exceptions for odd names and without waiting.

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
    """Return whether there is a file, a folder or anything else, or a link to one."""
    return os.path.exists(path)  # noqa: PTH110 - it raises nothing


def resolved(path: Path) -> Path:
    """Return the absolute path, with links resolved as far as the path exists."""
    return Path(os.path.realpath(path))


def shown(path: Path) -> str:
    """Return the path as people refer to it: relative to here if it is below."""
    whole, here = resolved(path), Path.cwd()
    return (whole.relative_to(here) if whole.is_relative_to(here) else path).as_posix()


def expanded(text: str) -> Path:
    """Return a path whose `~` is replaced by the home folder, if the user has one."""
    # `docker run --user 12345` has a user without a home.
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


def content(path: Path) -> bytes:
    """Return the content of a regular file. Raises OSError for anything else."""
    # Opening a pipe waits until another process writes to it, and a device has no end.
    if exists(path) and not is_folder(path) and not is_file(path):
        raise OSError(errno.EINVAL, "it is a pipe, a socket or a device, and not a file")
    return path.read_bytes()
