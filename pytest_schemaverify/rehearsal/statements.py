"""The statements of a migration file, run one at a time by what measures or interrupts them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Connection

from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.migrations.psql_commands import Source, included, opened
from pytest_schemaverify.sql.positions import lines
from pytest_schemaverify.sql.split import Piece, PieceKind

# ANALYZE writes nothing but statistics.
_NO_EFFECT = re.compile(r"(?:set|reset|show|select|discard|analyze|explain)\b", re.IGNORECASE)
_CODE = re.compile(r"(?:do|call)\b", re.IGNORECASE)
# REINDEX takes its options in brackets, or a kind of object, before the word.
_CONCURRENTLY = re.compile(
    r"(?:create\s+(?:unique\s+)?index|drop\s+index|reindex\b.*?)\s+concurrently\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a file."""

    source: Source
    piece: Piece

    @property
    def text(self) -> str:
        """The SQL of the statement."""
        return self.source.text[self.piece.start : self.piece.end]

    @property
    def place(self) -> str:
        """The place of the statement as file:line:column."""
        line, column = lines(self.source.text).at(self.piece.start)
        return f"{shown(self.source.path)}:{line}:{column}"

    @property
    def changes_nothing(self) -> bool:
        """Whether it leaves rows and catalog as they are, so that a later run meets the same."""
        # SELECT … INTO makes a table.
        return bool(_NO_EFFECT.match(self.text)) and "into" not in self.text.lower()

    @property
    def is_concurrent(self) -> bool:
        """Whether it is a CONCURRENTLY, which consists of several transactions by itself."""
        return bool(_CONCURRENTLY.match(self.text))

    @property
    def may_commit(self) -> bool:
        """Whether it is a DO or CALL whose code can end a transaction."""
        return bool(_CODE.match(self.text)) and "commit" in self.text.lower()

    def run(self, connection: Connection[Any]) -> None:
        """Run the statement on a connection in autocommit mode. Raises psycopg.Error."""
        statement = self.text.encode()
        if self.piece.kind is PieceKind.COPY:
            with connection.cursor() as cursor, cursor.copy(statement) as rows:
                rows.write(self.source.text[self.piece.data : self.piece.data_end])
        else:
            connection.execute(statement)


def statements(migration: Migration) -> list[Statement]:
    r"""Return the statements of a file, with those of files that it includes by \i.

    Raises MigrationFailed for what only psql can run.
    """
    return list(_statements(opened(migration.path, migration.text)))


def _statements(source: Source) -> Iterator[Statement]:
    for piece in source.pieces:
        if piece.kind is PieceKind.COMMAND:
            yield from _statements(included(source, piece))
        else:
            yield Statement(source, piece)


def interrupted(connection: Connection[Any], other: Connection[Any], statement: Statement) -> None:
    """Run a concurrent statement that is stopped in its middle.

    An open transaction of `other` has written to every table. The statement commits its first
    phase, waits for that transaction and gives up; an index that is not valid stays behind.
    """
    # ROW EXCLUSIVE, as INSERT takes it: CREATE INDEX CONCURRENTLY, with SHARE UPDATE EXCLUSIVE, can
    # begin beside it and then has to wait. A stronger lock would stop it before it has begun.
    with other.transaction(force_rollback=True):
        for (table,) in other.execute(_TABLES).fetchall():
            other.execute(f"lock table {table} in row exclusive mode".encode())
        # It counts for waiting for transactions as well as for locks on tables.
        connection.execute("set lock_timeout = '100ms'")
        try:
            statement.run(connection)
        except psycopg.errors.LockNotAvailable:
            return
        finally:
            connection.execute("reset lock_timeout")


_TABLES = """
    select pg_catalog.format('%I.%I', n.nspname, c.relname)
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    order by 1
"""
