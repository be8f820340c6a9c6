"""Files and folders that are kept between runs, and that may have been changed meanwhile."""

import os
import shutil
import stat
import zlib
from contextlib import suppress
from io import BufferedRandom, BufferedReader
from pathlib import Path

PIECE = 1 << 20
"""Bytes that are read at a time."""

# It finds what was cut short or damaged. It is no protection against an attacker: for that, only
# folders are used which nobody else may write to.
RESIDUE = 0x2144DF1C
"""The CRC-32 of any content that is followed by its own CRC-32 in little-endian order."""


def open_regular(path: Path) -> BufferedReader:
    """Open a regular file for reading without waiting. Raises OSError for anything else."""
    # O_NONBLOCK: opening a pipe would wait until somebody writes to it. The type is asked of what
    # was opened, because the path may be another file by then.
    file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise FileNotFoundError(f"{path} is not a regular file")
    return file


def checksum(file: BufferedRandom | BufferedReader) -> int:
    """Return the CRC-32 of a file's whole content."""
    total = offset = 0
    # pread leaves the position alone, from which `tar` reads the same open file at the same time.
    while piece := os.pread(file.fileno(), PIECE, offset):
        total = zlib.crc32(piece, total)
        offset += len(piece)
    return total


def append_checksum(file: BufferedRandom) -> None:
    """Write a file's checksum at its end; that of the whole is `RESIDUE` then."""
    file.seek(0, os.SEEK_END)
    file.write(checksum(file).to_bytes(4, "little"))
    file.flush()


def move_into_place(unfinished: Path, place: Path) -> None:
    """Move a finished file or folder to its place. A file replaces a file.

    If a folder is in the place of a file, or a file in that of a folder, it is removed. Raises
    OSError when nothing can be moved, and for a folder also when there already is one with content.
    """
    try:
        unfinished.rename(place)
    except (IsADirectoryError, NotADirectoryError):
        discard(place)
        unfinished.rename(place)


def discard(path: Path) -> None:
    """Remove a file, a link or a folder, as far as the system allows."""
    with suppress(OSError):
        path.unlink()
    shutil.rmtree(path, ignore_errors=True)
