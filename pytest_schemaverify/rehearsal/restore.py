"""The script of a backup, run on a database of ours while it is being read.

pg_dump's scripts are statements and blocks of COPY data. Statements are collected until they are
surely whole, and rows go to the server as they come, so that a backup of any size takes no memory.
"""

import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection

from pytest_schemaverify.errors import DatabaseUnavailable, MigrationFailed
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.migrations.protocol import is_idle
from pytest_schemaverify.rehearsal.backup import Script, opened
from pytest_schemaverify.rehearsal.dump_script import (
    controls,
    for_database,
    groups,
    names_database,
)
from pytest_schemaverify.rehearsal.progress import Progress
from pytest_schemaverify.rehearsal.restore_errors import Restored, forgiven, made_role, remedy
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.sql.split import Piece, PieceKind, split

_ENOUGH = 1 << 20
"""Bytes of statements that are collected before those which are whole are run."""
_BEGINS, _ENDS = b"-- PostgreSQL database dump", b"-- PostgreSQL database dump complete"
# The last is for a script whose final line has no end.
_END_OF_ROWS = (b"\\.\n", b"\\.\r\n", b"\\.")


def restore(
    connection: Connection[Any], path: Path, programs: Path | None, progress: Progress
) -> Restored:
    """Run a backup's script on a database, over a connection in autocommit mode.

    What the platform has made before stays; roles that are missing are made. Raises WrongValue
    when the backup cannot be read, MigrationFailed at the first statement that the server rejects.
    """
    with opened(path, programs) as script:
        return _Restore(connection, path, script, progress).run()


def programs(connection: Connection[Any]) -> Path | None:
    """Return the folder of the server's own programs, where this machine has it."""
    query = "select setting from pg_catalog.pg_config() where name = 'BINDIR'"
    row = connection.execute(query).fetchone()
    return Path(row[0]) if row and Path(row[0]).is_dir() else None


class _Restore:
    """One restore under way."""

    def __init__(
        self, connection: Connection[Any], path: Path, script: Script, progress: Progress
    ) -> None:
        self.connection = connection
        self.path = path
        self.script = script
        self.progress = progress
        self.result = Restored()
        self.unread: list[bytes] = []
        """Lines that were read and not run yet."""
        self.line = 1
        """Line of the script that is being run."""
        self.connected: set[str] = set()
        """The databases that the script connects to."""

    def lines(self) -> list[bytes]:
        """Return some lines that follow; none at the end."""
        self.progress(f"restoring {self.path.name}", self.script.done(), self.script.size)
        try:
            lines, self.unread = self.unread or self.script.stream.readlines(_ENOUGH), []
        # gzip has a BadGzipFile (an OSError), an EOFError and zlib's own error for damage.
        except (EOFError, OSError, zlib.error) as error:
            raise self.failed(f"it is cut off or damaged: {error}") from None
        return lines

    def run(self) -> Restored:
        """Run the script to its end."""
        collected: list[bytes] = []
        size, enough, head = 0, _ENOUGH, b""
        while lines := self.lines():
            head = head or b"".join(lines[:10])
            for number, line in enumerate(lines):
                collected.append(line)
                size += len(line)
                # COPY … FROM stdin; ends its line, and what follows are rows and no statements.
                if size > enough or line.rstrip()[-6:].lower() == b"stdin;":
                    self.unread = lines[number + 1 :]
                    collected = [self.statements(b"".join(collected))]
                    size = len(collected[0])
                    # Twice the rest: one statement of a gigabyte is split a few times, not 1,000.
                    enough = max(_ENOUGH, 2 * size)
                    break
        end = b"".join(collected)
        self.statements(end, ended=True)
        if not is_idle(self.connection):
            raise self.failed("it begins a transaction and does not end it")
        # pg_dump's last line; a script that was cut off between two statements would pass without.
        if _BEGINS in head and _ENDS not in end:
            raise self.failed("it is cut off: pg_dump did not come to its end")
        return self.result

    def statements(self, script: bytes, *, ended: bool = False) -> bytes:
        """Run the statements that are whole and return the rest: the last one may go on."""
        # A dump of a database in SQL_ASCII may hold any bytes; they come back as they were.
        text = script.decode(errors="surrogateescape")
        pieces = split(text)
        rest = len(text)
        if pieces and not ended and pieces[-1].kind is not PieceKind.COPY:
            rest = pieces.pop().start
        at = 0
        for group in groups(text, pieces):
            self.line += text.count("\n", at, group[0].start)
            at = group[0].start
            if group[0].kind is PieceKind.COPY:
                self.line += text.count("\n", at)
                at = rest
                self.attempt(text[group[0].start : group[0].end], self.copy)
            elif not self.together(text, group):
                at = self.one_by_one(text, group)
        self.line += text.count("\n", at, rest)
        return text[rest:].encode(errors="surrogateescape")

    def together(self, text: str, group: list[Piece]) -> bool:
        """Send statements in one message and return whether they ran; one that fails undoes all.

        That saves a round trip for nearly every statement of a large schema.
        """
        statements = [text[piece.start : piece.end] for piece in group]
        if group[0].kind is PieceKind.COMMAND or controls(statements[0]):
            return False
        if any(map(names_database, statements)):
            return False
        try:
            self.send(";\n".join(statements).encode(errors="surrogateescape"))
        except psycopg.Error:
            return False
        return True

    def one_by_one(self, text: str, group: list[Piece]) -> int:
        """Run statements and return where the last one begins."""
        at = group[0].start
        for piece in group:
            self.line += text.count("\n", at, piece.start)
            at = piece.start
            statement = text[piece.start : piece.end]
            if names_database(statement):
                statement = for_database(statement, self.connection.info.dbname)
            if piece.kind is PieceKind.COMMAND:
                self.command(statement)
            elif statement:
                # Without a savepoint: COMMIT would end it, and its release would fail.
                run = self.connection.execute if controls(statement) else self.send
                self.attempt(statement, run)
        return at

    def command(self, text: str) -> None:
        """Leave out a command to psql; stop where it goes on to a second database."""
        if text.startswith(("\\connect", "\\c ")):
            # pg_dump --create connects a second time, for what ALTER DATABASE … SET has changed.
            self.connected.add(text.split(maxsplit=1)[-1])
        if len(self.connected) > 1:
            raise self.failed("it holds several databases", "make a backup of one, with pg_dump")

    def attempt(self, statement: str, run: Callable[[bytes], object]) -> None:
        """Run a statement, and once more for each role that was missing."""
        encoded = statement.encode(errors="surrogateescape")
        while True:
            try:
                run(encoded)
            except psycopg.Error as error:
                if self.connection.closed:
                    raise DatabaseUnavailable(
                        f"restoring {shown(self.path)}:{self.line}",
                        because=f"the server went away: {' '.join(str(error).split())}",
                        remedy="its log says why; perhaps its disk or memory is full",
                    ) from None
                if made_role(self.connection, error, self.result):
                    continue
                if not forgiven(statement, error, self.result):
                    raise self.rejected(statement, error) from None
            return

    def rejected(self, statement: str, error: psycopg.Error) -> MigrationFailed:
        """Return the error for a statement that the server rejects."""
        message = error.diag.message_primary or str(error)
        code = f" (SQLSTATE {error.sqlstate})" if error.sqlstate else ""
        # One line of it: a statement of a backup can be as long as a table.
        first = masked(statement.splitlines()[0][:200])
        return self.failed(f"{masked(message)}{code}\n{first}", remedy(error))

    def send(self, statement: bytes) -> None:
        """Run statements; a backup has no results to look at."""
        with self.undoable():
            self.connection.execute(statement)

    def undoable(self) -> AbstractContextManager[Any]:
        """Return a savepoint inside a transaction of the backup, nothing outside of one.

        Without it an error that is forgiven would abort the backup's own transaction.
        """
        return nullcontext() if is_idle(self.connection) else self.connection.transaction()

    def copy(self, statement: bytes) -> None:
        """Hand the rows that follow in the script to the server."""
        with self.undoable(), self.connection.cursor() as cursor:
            with cursor.copy(statement) as rows:
                while True:
                    block = self.lines()
                    end = next((block.index(e) for e in _END_OF_ROWS if e in block), None)
                    self.line += len(block) if end is None else end + 1
                    rows.write(b"".join(block[:end]))
                    if end is not None:
                        self.unread = block[end + 1 :]
                        break
                    if not block:
                        raise self.failed("it is cut off in the middle of a table's rows")
            self.result.rows += cursor.rowcount

    def failed(self, because: str, remedy: str = "") -> MigrationFailed:
        """Return the error for the statement that is being run."""
        place = f"{shown(self.path)}:{self.line}"
        return MigrationFailed(f"restoring {place}", because=because, remedy=remedy)
