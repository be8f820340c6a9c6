"""Migrations applied once more, to a database whose event triggers record what each changes."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.databases import Dsn, Server, session_as
from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.kinds.contract import Spec
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.migrations.apply import apply_all
from pytest_schemaverify.migrations.failure import FileFailed
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.psql_commands import includes
from pytest_schemaverify.rehearsal.build import HERE, fresh, migrator, recipe
from pytest_schemaverify.rehearsal.state import Cluster, OtherObjects, cluster, other_objects
from pytest_schemaverify.sql.positions import Lines
from pytest_schemaverify.sql.queries import query
from pytest_schemaverify.sql.split import PieceKind, split

from .changes import Changed, History


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What the files build, and which statement made each part of it."""

    before: Catalog
    """What was there before the first file."""
    catalog: Catalog
    """What the files made of it."""
    history: History
    other_objects: tuple[OtherObjects, OtherObjects]
    """What else was there before the first file, and is there after the last."""
    cluster: tuple[Cluster, Cluster]
    """What the server kept for all of its databases, at the same moments."""
    failure: str
    """The error of a file that did not apply; nothing is known of it and of those after it."""


def replay(
    server: Server, spec: Spec, migrations: Sequence[Migration], folder: Path = HERE
) -> Rebuilt:
    """Return what these files build when they are applied in order, and which statement did what.

    `folder` is where the file of expectations is. Raises DatabaseUnavailable.
    """
    name = f"schemaverify_history_{os.urandom(4).hex()}"
    built = fresh(server, recipe(spec, None, folder), name)
    try:
        return _replayed(built.dsn, migrator(spec), migrations)
    finally:
        databases.drop(server, name)


def replay_on(dsn: Dsn, role: str, migrations: Sequence[Migration], backup: Path) -> History:
    """Return which statement did what, in a database of ours that a backup was restored to.

    What the files have not touched has the backup for its place. Raises DatabaseUnavailable.
    """
    return _replayed(dsn, role, migrations, backup).history


def _replayed(
    dsn: Dsn, role: str, migrations: Sequence[Migration], backup: Path | None = None
) -> Rebuilt:
    failure = ""
    with databases.connect(dsn, autocommit=True) as connection:
        before, others = read(connection), other_objects(connection)
        around = cluster(connection)
        # Behind the first reading, or the recorder's own objects would be part of it.
        connection.execute(query(__package__, "record"))
        marked = [_marked(number, one) for number, one in enumerate(migrations)]
        try:
            with session_as(connection, role):
                apply_all(connection, marked)
        except MigrationFailed as error:
            # The places in front of statements have moved the columns that the error names.
            with session_as(connection, role):
                failure = _as_written(connection, migrations, error)
        history = History(_changes(connection, migrations, backup))
        connection.execute(_FORGET)
        both = (others, other_objects(connection))
        servers = (around, cluster(connection))
        return Rebuilt(before, read(connection), history, both, servers, failure)


def _as_written(
    connection: Connection[Any], migrations: Sequence[Migration], error: MigrationFailed
) -> str:
    """Return the error as it is without the places in front of the statements."""
    if isinstance(error, FileFailed):
        for migration in migrations:
            if migration.path == error.failure.path:
                try:
                    apply_all(connection, [migration])
                except FileFailed as same:
                    return str(same.before(error.failure.not_run))
    return str(error)


# The triggers first: dropping the schema would fire them while it takes their functions away.
_FORGET = """
    drop event trigger schemaverify_changed, schemaverify_dropped;
    set client_min_messages = error;
    drop schema schemaverify_history cascade;
"""


def _marked(number: int, migration: Migration) -> Migration:
    """Return the migration with the place of every statement said in front of it.

    It stays one message to the server, so what is one transaction remains one.
    """
    try:
        text = migration.text
    except MigrationFailed:
        return migration
    lines, position = Lines(text), 0
    parts: list[str] = []
    for piece in split(text):
        if piece.kind is not PieceKind.COMMAND or includes(text, piece):
            line, _ = lines.at(piece.start)
            # `set` and not set_config(): nothing may be queried before `set transaction …`.
            parts += text[position : piece.start], f"set schemaverify.at = '{number}:{line}'; "
            position = piece.start
    # What a tool would refuse has failed before; with these settings nothing is alone in its file.
    return replace(migration, layout="").saying("".join([*parts, text[position:]]))


def _changes(
    connection: Connection[Any], migrations: Sequence[Migration], backup: Path | None
) -> dict[tuple[str, tuple[str, ...]], Changed]:
    rows = connection.execute(
        "select family, key, said is null, place, made from schemaverify_history.change "
        "order by family, key"
    )

    def at(place: str) -> tuple[Path, int] | None:
        number, _, line = place.partition(":")
        if place:
            return migrations[int(number)].path, int(line)
        return (backup, 0) if backup is not None else None

    found = {}
    for family, key, gone, place, made in rows:
        if (changed := at(place)) is not None:
            found[(family, tuple(key))] = Changed(*changed, gone, at(made))
    return found
