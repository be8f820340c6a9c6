"""The script of a backup, run on a database of ours while it is being read.

pg_dump's scripts are statements and blocks of COPY data. Statements are collected until they are
surely whole, and rows go to the server as they come, so that a backup of any size takes no memory.
"""

import re
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection, pq, sql

from pytest_schemaverify.errors import DatabaseUnavailable, MigrationFailed
from pytest_schemaverify.migrations.files import shown
from pytest_schemaverify.rehearsal.backup import Script, opened
from pytest_schemaverify.rehearsal.dump_script import Restored, controls, for_database, groups, sets
from pytest_schemaverify.rehearsal.progress import Progress
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.sql.split import Piece, PieceKind, split

_ENOUGH = 1 << 20
"""Bytes of statements that are collected before those which are whole are run."""
_BEGINS, _ENDS = b"-- PostgreSQL database dump", b"-- PostgreSQL database dump complete"
_END_OF_ROWS = (b"\\.\n", b"\\.\r\n", b"\\.")
_ELSEWHERE = re.compile(
    r"""(?:(?:create|drop|alter|comment\s+on|alter\s+role\s+(?:"[^"]+"|\S+)\s+in)\s+database"""
    r"|(?:grant|revoke|security\s+label)\s.*?\son\s+database)\b",
    re.IGNORECASE | re.DOTALL,
)
"""Statements about the database as such; ours has another name, and another may have this one."""
_THERE_ALREADY = frozenset({"42P06", "42P07", "42710", "42723", "42P16"})
"""Schema, relation, object, function: already exists. The last: a second primary key."""
_ROLE = re.compile(r'role "(?P<name>.+)" does not exist')
_EXTENSION = re.compile(
    r"\s*(?:create|comment\s+on)\s+extension\s+(?:if\s+not\s+exists\s+)?(\S+)", re.I
)
_SETTING = "unrecognized configuration parameter"


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
        """Lines that were read and not looked at."""
        self.line = 1
        """Line of the script that is being run."""
        self.connected: set[str] = set()
        """The databases that the script names."""

    def lines(self) -> list[bytes]:
        """Return some lines that follow; none at the end."""
        self.progress(f"restoring {self.path.name}", self.script.done(), self.script.size)
        try:
            lines, self.unread = self.unread or self.script.stream.readlines(_ENOUGH), []
        except (EOFError, OSError, zlib.error) as error:  # gzip's own ways to say so
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
                if size > enough or line.rstrip()[-6:].lower() == b"stdin;":
                    self.unread = lines[number + 1 :]
                    collected = [self.statements(b"".join(collected))]
                    size = len(collected[0])
                    enough = max(_ENOUGH, 2 * size)  # nothing long is taken apart again and again
                    break
        end = b"".join(collected)
        self.statements(end, ended=True)
        if self.connection.info.transaction_status != pq.TransactionStatus.IDLE:
            raise self.failed("it begins a transaction and does not end it")
        if _BEGINS in head and _ENDS not in end:
            raise self.failed("it is cut off: pg_dump did not come to its end")
        return self.result

    def statements(self, script: bytes, *, ended: bool = False) -> bytes:
        """Run the statements that are surely whole, which the last may not be; return the rest."""
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
        """Send statements in one message; if one of them fails none has been run."""
        statements = [text[piece.start : piece.end] for piece in group]
        if group[0].kind is PieceKind.COMMAND or controls(statements[0]):
            return False
        if any(map(_ELSEWHERE.match, statements)):
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
            if _ELSEWHERE.match(statement):
                statement = for_database(statement, self.connection.info.dbname)
            if piece.kind is PieceKind.COMMAND:
                self.command(statement)
            elif statement:
                run = self.connection.execute if controls(statement) else self.send
                self.attempt(statement, run)
        return at

    def command(self, text: str) -> None:
        """Leave out a command to psql; stop where it goes on to a second database."""
        if text.startswith(("\\connect", "\\c ")):
            self.connected.add(text.split(maxsplit=1)[-1])  # again after settings of the database
        if len(self.connected) > 1:
            raise self.failed("it holds several databases", "make a backup of one, with pg_dump")

    def attempt(self, statement: str, run: Callable[[bytes], object]) -> None:
        """Run a statement; once more for each role that was missing."""
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
                if not self.made_the_role(error):
                    return self.forgive(statement, error)
            else:
                return None

    def made_the_role(self, error: psycopg.Error) -> bool:
        """Make the role whose absence is the error, if it is."""
        missing = _ROLE.search(error.diag.message_primary or "")
        if missing is None or missing["name"] in self.result.roles:
            return False
        create = sql.SQL("create role {}").format(sql.Identifier(missing["name"]))
        self.connection.execute(create)
        self.result.roles.append(missing["name"])
        return True

    def forgive(self, statement: str, error: psycopg.Error) -> None:
        """Go on after an error that a restore elsewhere has to expect; raise any other."""
        message = error.diag.message_primary or str(error)
        extension = _EXTENSION.match(statement)
        if error.sqlstate in _THERE_ALREADY or "is already a partition" in message:
            self.result.there_already += 1
        elif extension and error.sqlstate in ("0A000", "58P01", "42704"):
            name = extension[1].strip('"')
            if name not in self.result.extensions:
                self.result.extensions.append(name)
        elif _SETTING not in message or not sets(statement):
            code = f" (SQLSTATE {error.sqlstate})" if error.sqlstate else ""
            first = masked(statement.splitlines()[0][:200])
            raise self.failed(f"{masked(message)}{code}\n{first}", _remedy(error)) from None

    def send(self, statement: bytes) -> None:
        """Run statements; a backup has no results to look at."""
        with self.undoable():
            self.connection.execute(statement)

    def undoable(self) -> AbstractContextManager[Any]:
        """Return what undoes a statement that fails, and leaves the backup's own transaction."""
        idle = self.connection.info.transaction_status == pq.TransactionStatus.IDLE
        return nullcontext() if idle else self.connection.transaction()

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


def _remedy(error: psycopg.Error) -> str:
    if error.sqlstate in ("42703", "23505"):
        return (
            "where the backup holds the platform's own schemas too, say `database: {platform: "
            "postgres}`; or dump the project's schemas only: pg_dump --schema=public …"
        )
    return error.diag.message_hint or ""
