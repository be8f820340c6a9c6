"""Statements in the simple query protocol, and rows of COPY; results are dropped.

psycopg's cursors tell neither how many statements of a message had completed when one failed, nor
which is running when a notice comes. https://www.postgresql.org/docs/current/protocol-flow.html
"""

from typing import Any

import psycopg
from psycopg import generators, pq
from psycopg.abc import PQGen
from psycopg.errors import Diagnostic, error_from_result

from pytest_schemaverify.errors import DatabaseUnavailable
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.migrations.notices import NoticeLog
from pytest_schemaverify.migrations.psql_commands import Source
from pytest_schemaverify.sql.split import Piece

Connection = psycopg.Connection[Any]

_SLICE = 1 << 20
"""Characters of COPY data handed to the server at a time."""


class Rejected(Exception):
    """The server rejected a statement of what was sent."""

    def __init__(self, diag: Diagnostic, completed: int) -> None:
        super().__init__(diag.message_primary)
        self.diag = diag
        self.completed = completed
        """Number of statements of the message that had completed before it."""


def is_idle(connection: Connection) -> bool:
    """Return whether the connection is outside of any transaction."""
    return connection.info.transaction_status == pq.TransactionStatus.IDLE


def send(connection: Connection, text: str, source: Source, log: NoticeLog | None = None) -> None:
    """Send SQL in one message of the simple protocol; results are dropped.

    The log is told which of the source's statements is running, if they are sent together. Raises
    Rejected for an error of a statement, DatabaseUnavailable when the connection is lost.
    """
    pgconn = connection.pgconn
    try:
        pgconn.send_query(text.encode(connection.info.encoding))
        last, done = connection.wait(_results(pgconn, source, log))
    except psycopg.OperationalError as error:
        raise _gone(source, str(error)) from None
    if last is not None and last.status == pq.ExecStatus.FATAL_ERROR:
        diag = error_from_result(last, connection.info.encoding).diag
        if pgconn.status != pq.ConnStatus.OK:
            raise _gone(source, diag.message_primary or "no reason given")
        raise Rejected(diag, _statements(done - 1, log))


def _results(
    pgconn: pq.abc.PGconn, source: Source, log: NoticeLog | None
) -> PQGen[tuple[pq.abc.PGresult | None, int]]:
    """Return the last result, and how many there were: the failed one counts, too."""
    yield from generators.send(pgconn)
    last, done = None, 0
    while True:
        if log is not None:
            first = _statements(done, log)
            log.now_running(source, source.pieces[first : first + 2], 0)
        result = yield from generators.fetch(pgconn)
        if result is None:
            return last, done
        if result.status == pq.ExecStatus.COPY_OUT:
            # COPY … TO STDOUT in a file: its rows have to be read before the next result comes.
            while pgconn.get_copy_data(0)[0] > 0:
                pass
        else:
            last, done = result, done + 1


def _statements(results: int, log: NoticeLog | None) -> int:
    """Return how many statements have so many results; a mark in front of one has one, too."""
    return (results + 1) // 2 if log is not None and log.moved else results


def copy(connection: Connection, source: Source, piece: Piece) -> None:
    """Stream the rows of a COPY block."""
    statement = source.text[piece.start : piece.end].encode(connection.info.encoding)
    try:
        with connection.cursor() as cursor, cursor.copy(statement) as rows:
            for start in range(piece.data, piece.data_end, _SLICE):
                rows.write(source.text[start : min(start + _SLICE, piece.data_end)])
    except psycopg.Error as error:
        if connection.pgconn.status != pq.ConnStatus.OK:
            raise _gone(source, error.diag.message_primary or str(error)) from None
        raise Rejected(error.diag, 0) from None


def _gone(source: Source, reason: str) -> DatabaseUnavailable:
    return DatabaseUnavailable(
        f"applying {shown(source.path)}",
        because=f"the server went away: {' '.join(reason.split())}",
        remedy="its log says why; the files after this one were not run",
    )
