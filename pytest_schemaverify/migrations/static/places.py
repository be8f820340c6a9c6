"""Places in migration files."""

from typing import NamedTuple

from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.sql.positions import Position


class Place(NamedTuple):
    """A character of a migration file."""

    migration: Migration
    offset: int

    @property
    def position(self) -> Position:
        """Line and column, both from 1."""
        return self.migration.lines.at(self.offset)

    @property
    def line(self) -> str:
        """The line of the file, without the white space around it."""
        return self.migration.lines.line(self.position.line).strip()

    def __str__(self) -> str:
        line, column = self.position
        return f"{shown(self.migration.path)}:{line}:{column}"

    @property
    def short(self) -> str:
        """The file's name, line and column; with its folder where all files have one name.

        Prisma and Diesel keep each migration in a folder of its own.
        """
        line, column = self.position
        path = self.migration.path
        own = path.stem in ("up", "down", "migration")
        return f"{f'{path.parent.name}/' if own else ''}{path.name}:{line}:{column}"
