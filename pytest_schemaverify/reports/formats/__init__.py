"""Reports in files: a module for each format, called like it, with a function `text`."""

import os
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from secrets import token_hex
from stat import S_IMODE

from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.reports.record import Record
from pytest_schemaverify.settings import paths
from pytest_schemaverify.settings.report_files import STANDARD_OUTPUT, ReportFile


def require_writable(files: Iterable[ReportFile], here: Path) -> None:
    """Raise ConfigError for a file that could not be written; paths begin at the folder `here`."""
    for file in files:
        path = here / file.path
        if file.path == STANDARD_OUTPUT:
            continue
        if paths.is_folder(path):
            raise _unwritable(file, "that is a folder")
        if _is_stream(path):
            if not os.access(path, os.W_OK):
                raise _unwritable(file, "it may not be written")
            continue
        above = next(one for one in paths.resolved(path).parents if paths.exists(one))
        if not paths.is_folder(above) or not os.access(above, os.W_OK):
            raise _unwritable(file, f"{above} takes no files")


def replaces(file: ReportFile, here: Path) -> bool:
    """Return whether there is a file that writing the report replaces."""
    path = here / file.path
    return file.path != STANDARD_OUTPUT and paths.is_file(path) and not _is_stream(path)


def write(record: Record, file: ReportFile, here: Path) -> None:
    """Write a report, whole or not at all. Raises ConfigError where that is impossible."""
    text: str = import_module(f"{__name__}.{file.format}").text(record)
    path = here / file.path
    try:
        if file.path == STANDARD_OUTPUT:
            _print(text)
        elif _is_stream(path):
            with path.open("ab") as opened:
                opened.write(text.encode())
        else:
            _replace(paths.resolved(path), text.encode())  # a link stays one
    except OSError as error:
        raise _unwritable(file, error.strerror or str(error)) from None


def _is_stream(path: Path) -> bool:
    """Return whether a path is written to, where a file would be replaced.

    That is so for a pipe and a device; and for /dev/stderr and the like, because a file behind that
    is one that the shell has opened.
    """
    folder = paths.resolved(path.parent)
    opened = folder in (Path("/dev"), Path("/dev/fd")) or folder.is_relative_to("/proc")
    return opened or (paths.exists(path) and not paths.is_file(path))


def _print(text: str) -> None:
    # A report is in UTF-8, whatever the encoding of the terminal is. What a test puts in the place
    # of the standard output may have no bytes.
    if hasattr(sys.stdout, "buffer"):
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
    else:
        sys.stdout.write(text)
    sys.stdout.flush()


def _replace(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all, with the rights that it had, or else that new ones get."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".schemaverify.{token_hex(8)}")
    try:
        with new.open("xb") as opened:
            opened.write(content)
        if paths.is_file(path):
            new.chmod(S_IMODE(path.stat().st_mode))
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _unwritable(file: ReportFile, because: str) -> ConfigError:
    return ConfigError(
        f"writing the {file.format} report to {file.path}",
        because=because,
        remedy=f"name another path: --schema-report={file.format}:PATH",
    )
