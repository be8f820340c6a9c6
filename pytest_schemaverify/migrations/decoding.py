"""The text of a file of SQL."""

import codecs
from pathlib import Path

from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.settings.paths import content
from pytest_schemaverify.sql.positions import Lines

# The first bytes of what pg_dump writes in other formats than SQL.
_ARCHIVES = (
    (b"PGDMP", "an archive of pg_dump"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
)


def decoded(path: Path) -> str:
    """Return the text of a file without its byte order mark, line ends as they are."""
    try:
        data = content(path)
    except OSError as error:
        raise MigrationFailed(
            f"reading {shown(path)}", because=error.strerror or str(error)
        ) from error
    if archive := next((kind for magic, kind in _ARCHIVES if data.startswith(magic)), ""):
        raise MigrationFailed(
            f"reading {shown(path)}",
            because=f"it is {archive}, not SQL",
            remedy="make SQL of it: pg_restore --file=backup.sql …, or gunzip, or unzstd",
        )
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise MigrationFailed(
            f"reading {shown(path)}:1:1",
            because="the file is UTF-16, not UTF-8",
            remedy="save it as UTF-8 (PowerShell: Set-Content -Encoding utf8)",
        )
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        good = error.object[: error.start].decode()
        line, column = Lines(good).at(len(good))
        raise MigrationFailed(
            f"reading {shown(path)}:{line}:{column}",
            because=f"it is not UTF-8: byte 0x{error.object[error.start]:02x} is invalid there",
            remedy="save it as UTF-8",
        ) from None
    if (nul := text.find("\0")) >= 0:
        line, column = Lines(text).at(nul)
        raise MigrationFailed(
            f"reading {shown(path)}:{line}:{column}",
            because="the file holds a zero byte, which PostgreSQL accepts nowhere in SQL",
            remedy="remove it, or save the file as UTF-8 if it is UTF-16",
        )
    return text
