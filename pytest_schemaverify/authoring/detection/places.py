"""Where a project keeps the SQL files that build its database."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.authoring.detection import tools
from pytest_schemaverify.errors import ConfigError, about
from pytest_schemaverify.migrations.files import MigrationSet
from pytest_schemaverify.migrations.listing import require_directory
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.migrations.read import read
from pytest_schemaverify.settings import paths

FOLDERS = (
    "supabase/migrations", "prisma/migrations", "drizzle", "drizzle/migrations", "migrations",
    "migrations/committed", "migrations/postgres", "migrations/default", "migrations/sql",
    "db/migrations", "db/migrate", "db/migration", "database/migrations", "sql/migrations",
    "schema/migrations", "src/migrations", "src/db/migrations", "src/drizzle", "server/migrations",
    "internal/db/migrations", "src/main/resources/db/migration", "alembic/versions",
)  # fmt: skip
"""Folders of migrations, by the usual names, below the root of a project or of a part of it."""
FILES = ("db/structure.sql", "structure.sql", "db/schema.sql", "schema.sql")
"""Files with the whole schema, which counts only where there is no folder of migrations."""
_GENERATED = ("sql",)
"""Where SQL that a tool was asked for is put; docs/guides/orm.md says so."""
_NOT_ENTERED = frozenset({
    "build", "dist", "docs", "node_modules", "target", "test", "tests", "vendor", "venv",
})  # fmt: skip
_DEEPEST = 3
"""Levels of folders that such a part may be in, from the root on: `packages/db/` is the third."""
_TELLING = ("*.sql", "*/migration.sql", "*/up.sql", "sqitch.plan")
"""Patterns of which a folder of migrations has one; asking is quick where a project is large."""

_SHOWN = 5
"""Names that a message shows."""


class Place(NamedTuple):
    """A folder of migrations, and the one file of it that counts; "" for all of them."""

    found: MigrationSet
    only: str = ""

    @property
    def path(self) -> Path:
        """The folder or the file."""
        return self.found.directory / self.only


def place(folder: Path) -> Place:
    """Return where the SQL files are: in this folder, or where a project usually keeps them.

    A file stands for itself. Raises ConfigError if there are none, or if there are several such
    places.
    """
    if paths.is_file(folder) and not folder.name.endswith(".sql"):
        raise ConfigError(
            f"looking for migrations in {shown(folder)}",
            because="it is a file, and its name does not end in .sql",
            remedy="name a folder, or a file of SQL",
        )
    with about(setting=f"--migrations={folder}"):
        if paths.is_file(folder):
            return Place(read(folder.parent), folder.name)
        require_directory(folder)
        there = next(filter(None, map(_distinct, _ways(folder))), [])
    if not there:
        raise _nothing(folder)
    if len(there) > 1:
        raise _ambiguous(folder, there)
    return there[0]


def _ways(folder: Path) -> Iterator[Iterable[Place]]:
    """Yield what the places to look at hold, those first that say most."""
    own = list(_folders([folder]))
    yield (one for one in own if one.found.layout != "named")
    bases = [folder]
    for _ in range(_DEEPEST):
        yield _folders(base / name for base in bases for name in FOLDERS)
        bases = [deeper for base in bases for deeper in _below(base)]
    yield _folders(folder / name for name in _GENERATED)
    yield _files(folder)
    yield own


def _distinct(places: Iterable[Place]) -> list[Place]:
    """Return the places, each once: one may be a link to another."""
    return list({paths.resolved(one.path): one for one in places}.values())


def _folders(candidates: Iterable[Path]) -> Iterator[Place]:
    """Yield those folders in which files are migrations."""
    for path in candidates:
        telling = paths.is_folder(path) and any(True for one in _TELLING for _ in path.glob(one))
        if telling and (found := _narrowed(read(path))).migrations:
            yield Place(found)


def _narrowed(found: MigrationSet) -> MigrationSet:
    """Return the same for the folder that all of the files are in, where the runner enters any."""
    if found.layout != "flyway":
        return found
    folder = Path(os.path.commonpath([one.path.parent for one in found.migrations]))
    return found if folder == found.directory else read(folder)


def _files(folder: Path) -> Iterator[Place]:
    """Yield the files with the whole schema."""
    for name in FILES:
        path = folder / name
        if paths.is_file(path):
            yield Place(read(path.parent), path.name)


def _below(folder: Path) -> list[Path]:
    """Return the folders in which a part of a project may be."""
    folders, _ = _listed(folder)
    return [folder / name for name in folders if name[0] != "." and name not in _NOT_ENTERED]


def _listed(folder: Path) -> tuple[list[str], list[str]]:
    """Return the names of folders and of files in a folder; none where it cannot be listed."""
    # os.walk passes over what it has no right to read.
    _, folders, files = next(os.walk(folder), ("", [], []))
    return sorted(folders), sorted(files)


def _ambiguous(folder: Path, there: list[Place]) -> ConfigError:
    names = [shown(one.path) for one in there[:_SHOWN]]
    lines = (f"schemaverify init --migrations {name}" for name in names)
    more = f" and {len(there) - _SHOWN} more" if len(there) > _SHOWN else ""
    return ConfigError(
        f"looking for migrations in {shown(folder)}",
        because=f"there are several folders of them: {', '.join(names)}{more}",
        remedy="\n".join(["say which one builds the database:", *lines]),
    )


_COMMAND = (
    'or let each run call the tool: the guide "From the migrations of an ORM" has a '
    "`migrations.command` for it"
)
_DATABASE = "or begin with a database: schemaverify init --dsn DSN"


def _nothing(folder: Path) -> ConfigError:
    tried = f"looking for migrations in {shown(folder)}"
    if known := list(tools.found(folder)):
        used = (f"{tool.name} is used ({sign}), and {tool.leaves}" for tool, sign in known)
        remedies = (f"let {tool.name} write SQL, and begin with that:\n{tool.commands}"
                    for tool, _ in known)  # fmt: skip
        because = f"there is no SQL; {'; '.join(used)}"
        # A project of Supabase alone: it is the last of them.
        last = _DATABASE if known[0][0] is tools.SUPABASE else _COMMAND
        return ConfigError(tried, because=because, remedy="".join([*remedies, last]))
    folders, files = _listed(folder)
    names = [name for name in (*(f"{one}/" for one in folders), *files) if name[0] != "."]
    such = f"{', '.join(names[:_SHOWN])}{' …' if names[_SHOWN:] else ''}"
    return ConfigError(
        tried,
        because=f"there is no folder with .sql files: there are {such}"
        if names
        else "the folder is empty, or it cannot be listed",
        remedy=f"name the folder of migrations: schemaverify init --migrations DIR\n{_DATABASE}",
    )
