"""Files in the user's cache that keep for the next run what takes long to find out.

Nothing is read that is damaged, cut short, of another version of this program, or in a folder that
others may write to: it is found out anew.
"""

import contextlib
import os
import platform
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from io import BytesIO
from itertools import accumulate, islice
from pathlib import Path

from pytest_schemaverify.databases.cache_folders import cache_folder, is_private
from pytest_schemaverify.databases.supervisor import cache_files, folders

_MOST = 100_000_000
"""Bytes of all files of a kind that are kept; what was unused for longest goes first, and what is
new stays."""
_DIGEST = 32


def place(kind: str, *parts: object) -> Path | None:
    """Return the file in which something is kept, of one kind and made of these parts.

    Returns None where the folder is not ours alone.
    """
    if not is_private(cache_folder()):
        return None
    return cache_folder() / f"{kind}-{digest(repr((_product(), *parts)))}.pickle"


def read(file: Path) -> BytesIO | None:
    """Return what a file keeps, to be read from here; None if there is nothing or it is damaged."""
    try:
        with cache_files.open_regular(file) as opened:
            content = BytesIO(opened.read())
            os.utime(opened.fileno())  # what was not used for longest goes first
    except OSError:
        return None
    with content.getbuffer() as whole:
        known, kept = whole[:_DIGEST], whole[_DIGEST:]
        if sha256(kept).digest() != known:  # cut short, or altered
            return None
    content.seek(_DIGEST)
    return content


def write(file: Path, content: bytes) -> None:
    """Keep something, if the disk allows it, in a file that only its owner may read."""
    with contextlib.suppress(OSError), contextlib.ExitStack() as temporary:
        # A full disk costs time, and nothing else; what killed runs leave, the next one removes.
        unfinished = folders.make_locked(file.parent, temporary) / file.name
        unfinished.touch(0o600)
        with unfinished.open("wb") as opened:
            opened.write(sha256(content).digest())
            opened.write(content)
        cache_files.move_into_place(unfinished, file)
        _remove_oldest(file, len(content))


def _remove_oldest(file: Path, size: int) -> None:
    """Remove files of the kind of a new one, so that all together are not too large."""
    like = f"{file.name.rpartition('-')[0]}-*.pickle"
    sizes = {one: one.lstat() for one in file.parent.glob(like) if one != file}
    newest = sorted(sizes, key=lambda one: sizes[one].st_mtime, reverse=True)
    total = accumulate((sizes[one].st_size for one in newest), initial=size)
    for old, so_far in zip(newest, islice(total, 1, None), strict=True):
        if so_far > _MOST:
            cache_files.discard(old)


def digest(text: str) -> str:
    """Return the SHA-256 of a text."""
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


@cache
def _product() -> str:
    """Return a digest of this program, so that it reads nothing of another version."""
    root, known = Path(__file__).parents[1], distribution("pytest-schemaverify")
    record = known.read_text("RECORD") or ""
    # The RECORD of a wheel has a hash of each file. That of a checkout, which somebody may edit,
    # names none of them, so their times and sizes tell.
    installed = f"{root.name}/__init__.py," in record and known.locate_file(root.name) == root
    ours = record if installed else sorted(_sources(str(root)))
    parts = (ours, *map(_release, ("postgast", "pydantic", "pyyaml")))
    return digest(repr((parts, platform.python_version(), sys.implementation.name)))


def _release(name: str) -> str:
    """Return a text that differs between the versions of a library."""
    try:
        known = distribution(name)
    except PackageNotFoundError:  # there is no parser for some machines
        return ""
    # With its description, because to look for the version in pydantic's takes 3 ms.
    return known.read_text("METADATA") or known.version


def _sources(folder: str) -> Iterator[tuple[str, int, int]]:
    """Yield path, time and size of all that it consists of; Path.rglob takes four times as long."""
    with os.scandir(folder) as found:
        for one in found:
            if one.name.endswith((".py", ".sql", ".txt", ".yaml")):
                known = one.stat()
                yield one.path, known.st_mtime_ns, known.st_size
            elif one.is_dir() and one.name != "__pycache__":
                yield from _sources(one.path)
