"""What notes, while migrations are applied, which statement touched which object."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection

from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.sql.queries import query


@dataclass(slots=True)
class Recorder:
    """The notes of a database, and what it holds at the end; as texts, which few runs read."""

    on: bool = True
    """Whether anything is to be noted."""
    paths: list[Path] = field(default_factory=list)
    """The files that ran, by the numbers in their marks."""
    notes: list[str] = field(default_factory=list)
    """Lists in JSON, one for each connection that applied files."""
    objects: str = "[]"
    """A list in JSON: the objects that are there, with the command that wrote their row."""

    @contextmanager
    def recording(
        self, connection: Connection[Any], migrations: Sequence[Migration]
    ) -> Iterator[int | None]:
        """Note what changes meanwhile; yield the number of the first file for its marks.

        None where nothing is noted: that takes a superuser.
        """
        self.on = bool(self.on and (not migrations or _try(connection, "record")))
        if not self.on or not migrations:
            yield None
            return
        first = len(self.paths)
        self.paths += [one.path for one in migrations]
        try:
            yield first
        finally:
            # The migrations may have lost the connection, and its error must not be replaced.
            if connection.info.status == psycopg.pq.ConnStatus.OK:
                self._end(connection)

    def _end(self, connection: Connection[Any]) -> None:
        try:
            self.notes.append(_text(connection, "notes"))
            self.objects = _text(connection, "settle")
        except psycopg.Error:
            self.on = False  # a migration has removed them
        _try(connection, "forget")


def _text(connection: Connection[Any], name: str) -> str:
    # Types are then written with their schemas, whatever search_path the migrations have left.
    with connection.transaction():
        connection.execute("set local search_path = ''")
        row = connection.execute(query(__package__, name)).fetchone()
    return str(row[0]) if row else "[]"


def _try(connection: Connection[Any], name: str) -> bool:
    """Run a script, unheard by the event triggers that a project has; return whether it ran."""
    script = b"set local session_replication_role = replica;\n" + query(__package__, name)
    try:
        with connection.transaction():
            connection.execute(script)
    except psycopg.Error:
        return False
    return True
