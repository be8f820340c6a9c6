"""Digests of files that are read once, and remembered until one of them is touched.

As in the index of git: files that are where they were, with the size and the times that they had,
have the content that they had.
"""

import os
import re
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from pytest_schemaverify.databases.binaries import state
from pytest_schemaverify.databases.cache_folders import DIGESTS, cache_folder, is_private
from pytest_schemaverify.databases.supervisor import cache_files, folders
from pytest_schemaverify.rehearsal.digests import digest

MOST = 32
"""Digests that are remembered; those that were longest unused go."""

SETTLED = 2_000_000_000
"""Nanoseconds until a change would be seen: some file systems count times in steps of 2 seconds."""


def below(folder: Path, suffixes: tuple[str, ...] = ("",)) -> list[str]:
    """Return the paths of all files below a folder whose names end in this way, sorted."""
    return sorted(
        f"{where}{os.sep}{name}"  # a tenth of the time of a `Path`, and there are thousands
        for where, _, names in os.walk(folder)
        for name in names
        if name.endswith(suffixes)
    )


def remembered(paths: Sequence[str], read: Callable[[], str]) -> str:
    """Return the digest of files that `read` returns, which is not called if it is remembered."""
    place = cache_folder() / DIGESTS
    if not is_private(place):
        return read()
    asked, touched = _states(paths)
    known = place / asked
    with suppress(OSError), cache_files.open_regular(known) as file:
        said = file.read(65).decode(errors="replace")
        if re.fullmatch("[0-9a-f]{64}", said):
            os.utime(known)
            return said
    found = read()
    # What changes while it is read, or right afterwards, may keep its state.
    if touched + SETTLED < time.time_ns() and _states(paths)[0] == asked:
        _remember(known, found)
    return found


def _states(paths: Sequence[str]) -> tuple[str, int]:
    """Return a digest of what the system says of some files, and when one was last touched."""
    said, touched = [], 0
    for path in paths:
        try:
            s = Path(path).stat()
        except OSError:  # a link that leads nowhere
            s = Path(path).lstat()
        said += [path, state(s)]
        touched = max(touched, s.st_ctime_ns)
    return digest("\0".join(said)), touched


def _remember(known: Path, found: str) -> None:
    with suppress(OSError), ExitStack() as temporary:
        unfinished = folders.make_locked(known.parent, temporary) / known.name
        unfinished.write_text(found)
        cache_files.move_into_place(unfinished, known)
        there = [path for path in known.parent.iterdir() if path.is_file()]
        for path in sorted(there, key=lambda path: -path.stat().st_mtime)[MOST:]:
            cache_files.discard(path)
