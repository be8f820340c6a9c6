"""Migration files written for a test, and what reading them tells."""

from pathlib import Path

from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.read import read
from pytest_schemaverify.migrations.static import Analysis, analyse


def written(folder: Path, *texts: str) -> tuple[Migration, ...]:
    """Return the texts as migrations 001, 002 …"""
    for number, text in enumerate(texts, 1):
        (folder / f"{number:03}_{'abcdefgh'[number - 1]}.sql").write_text(text, encoding="utf-8")
    return read(folder).migrations


def analysed(folder: Path, *texts: str) -> Analysis:
    """Return what reading the texts as migrations tells."""
    return analyse((), written(folder, *texts))
