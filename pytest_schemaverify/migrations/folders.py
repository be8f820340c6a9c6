"""The folders of migrations of a run, each of which is listed once."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_schemaverify.migrations.listing import entries

if TYPE_CHECKING:
    from pytest_schemaverify.migrations.files import MigrationSet


class Folders:
    """The content of folders of migrations, as it was when this run first asked for it.

    Several files of expectations, and several keys of one, name files of the same folder: a walk
    through thousands of files takes longer than all else that is read before the database. Where a
    listed file is gone later, reading it raises the error.
    """

    def __init__(self) -> None:
        self._entries: dict[Path, Mapping[str, bool]] = {}
        self._sets: dict[tuple[Path, str], MigrationSet] = {}

    def entries(self, directory: Path) -> Mapping[str, bool]:
        """Return what `listing.entries` returns. Raises WrongValue."""
        if directory not in self._entries:
            self._entries[directory] = entries(directory)
        return self._entries[directory]

    def read(self, directory: Path, *, layout: str = "") -> "MigrationSet":
        """Return the migrations of a directory as `read.read` does. Raises WrongValue."""
        known = (directory, layout)
        if known not in self._sets:
            from pytest_schemaverify.migrations.read import read  # not every run has migrations

            self._sets[known] = read(directory, self.entries, layout=layout)
        return self._sets[known]
