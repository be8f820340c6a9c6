"""Files and folders that are kept between runs, and that others may have changed meanwhile."""

import os
import shutil
import stat
import zlib
from contextlib import suppress
from io import BufferedRandom, BufferedReader
from pathlib import Path

PIECE = 1 << 20
"""Bytes that are read at a time."""

RESIDUE = 0x2144DF1C
"""The checksum (CRC-32) of everything that ends with its own."""


def opened(path: Path) -> BufferedReader:
    """Open a regular file for reading without waiting. Raises OSError for anything else."""
    file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise FileNotFoundError(f"{path} is not a regular file")
    return file


def checksum(file: BufferedRandom | BufferedReader) -> int:
    """Return the checksum of a file's content, from wherever the file is being read."""
    total = offset = 0
    while piece := os.pread(file.fileno(), PIECE, offset):
        total = zlib.crc32(piece, total)
        offset += len(piece)
    return total


def seal(file: BufferedRandom) -> None:
    """Write a file's checksum at its end; that of the whole is `RESIDUE` then."""
    file.seek(0, os.SEEK_END)
    file.write(checksum(file).to_bytes(4, "little"))
    file.flush()


def appear(unfinished: Path, place: Path) -> None:
    """Move what is finished to its place, and remove what is of another kind there.

    Raises OSError, for a folder also if there is already one.
    """
    try:
        unfinished.rename(place)
    except (IsADirectoryError, NotADirectoryError):
        discard(place)
        unfinished.rename(place)


def discard(path: Path) -> None:
    """Remove whatever is there, as far as that is allowed."""
    with suppress(OSError):
        path.unlink()
    shutil.rmtree(path, ignore_errors=True)
