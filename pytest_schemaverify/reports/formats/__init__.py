"""Reports in files: a module for each format, called like it, with a function `text`."""

import os
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from tempfile import NamedTemporaryFile

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
        above = next(one for one in path.parents if paths.exists(one))
        if paths.is_folder(path) or not paths.is_folder(above) or not os.access(above, os.W_OK):
            because = "that is a folder" if paths.is_folder(path) else f"{above} takes no files"
            raise _unwritable(file, because)


def write(record: Record, file: ReportFile, here: Path) -> None:
    """Write a report, whole or not at all. Raises ConfigError where that is impossible."""
    text: str = import_module(f"{__name__}.{file.format}").text(record)
    if file.path == STANDARD_OUTPUT:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    path = here / file.path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(
            "w", dir=path.parent, prefix=f".{path.name}.", encoding="utf-8", delete=False
        ) as new:
            new.write(text)
        Path(new.name).chmod(0o644)
        Path(new.name).replace(path)
    except OSError as error:
        raise _unwritable(file, str(error.strerror)) from None


def _unwritable(file: ReportFile, because: str) -> ConfigError:
    return ConfigError(
        f"writing the {file.format} report to {file.path}",
        because=because,
        remedy=f"name another path: --schema-report={file.format}:PATH",
    )
