"""Runs the user's statements, and bounds their time and the size of what they return."""

import time
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import Connection, abc, errors, generators
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from pytest_schemaverify.databases import resource_bounds
from pytest_schemaverify.databases.bounds import MEGABYTE
from pytest_schemaverify.databases.resource_bounds import BoundMet

_OVERHEAD = 60
"""Bytes that Python needs for a value in addition to the value itself."""
_COPYING = (ExecStatus.COPY_IN, ExecStatus.COPY_OUT, ExecStatus.COPY_BOTH)

Results = Generator[Any, Any, None]
"""A generator that yields what it waits for, as psycopg's `Connection.wait` takes it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a statement."""

    columns: tuple[str, ...] | None = None
    """Names of the columns; None for a statement that returns no rows."""
    rows: tuple[tuple[Any, ...], ...] = ()
    count: int = 0
    """Rows that were returned or affected."""


def answer(connection: Connection[Any], query: bytes) -> Answer:
    """Return the last result of some statements. Raises as `answers` does."""
    return answers(connection, query)[-1]


def answers(connection: Connection[Any], query: bytes) -> list[Answer]:
    """Return the result of each of some statements, of at least one.

    Raises psycopg.Error for what the server refuses, also for what it cancels. Raises BoundMet for
    an answer that is too large, and for a statement that goes on when it is canceled, as a function
    can that handles `query_canceled`; the connection is closed then.
    """
    held = resource_bounds.holding(connection)
    reading = _Reading(connection, held.bounds.answer)
    limit = held.now.get("statement_timeout")
    deadline = time.monotonic() + limit / 1000 + held.bounds.grace if limit else None
    # A cursor of psycopg collects the whole answer before anything can look at its size.
    connection.pgconn.send_query(query)
    connection.pgconn.set_single_row_mode()
    try:
        connection.wait(_until(deadline, reading.results()))
    except TimeoutError:
        connection.close()
        raise BoundMet(
            query.decode(errors="replace"), resource_bounds.went_on(limit or 0)
        ) from None
    if reading.size > reading.most:
        too_much = f"it returned more than {reading.most // MEGABYTE} MB"
        raise BoundMet(query.decode(errors="replace"), too_much)
    if reading.error is not None:
        raise reading.error
    return reading.answers or [Answer()]


def _until(deadline: float | None, results: Results) -> Results:
    """Wait for results until a moment of `time.monotonic`. Raises TimeoutError."""
    wanted = next(results)
    while True:
        ready = yield wanted  # psycopg resumes it several times a second without anything ready
        if deadline is not None and time.monotonic() > deadline:
            raise TimeoutError
        if ready:
            try:
                wanted = results.send(ready)
            except StopIteration:
                return


@dataclass(slots=True)
class _Reading:
    """Collects results that arrive row by row."""

    connection: Connection[Any]
    most: int
    """Bytes of the largest answer that is kept."""
    size: int = 0
    """Bytes of all rows so far, kept or not."""
    answers: list[Answer] = field(default_factory=list)
    error: psycopg.Error | None = None
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    loader: abc.Transformer | None = None

    def results(self) -> Results:
        """Read all results to their end, since the connection takes no statement before that."""
        server = self.connection.pgconn
        yield from generators.send(server)
        while (result := (yield from generators.fetch(server))) is not None:
            if result.status == ExecStatus.SINGLE_TUPLE:
                self._row(result)
            elif result.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
                self._end(result)
            elif result.status in _COPYING:
                self._end_copying(result)
            else:
                encoding = self.connection.info.encoding
                self.error = errors.error_from_result(result, encoding=encoding)

    def _row(self, result: PGresult) -> None:
        before = self.size
        values = (result.get_value(0, place) for place in range(result.nfields))
        self.size += sum(_OVERHEAD + len(value or b"") for value in values)
        if self.size <= self.most:
            # Each row is a result of its own, all with the same columns. Looking up the loaders for
            # each again would take longer than loading the row.
            known = self.loader is not None
            self.loader = self.loader or Transformer(self.connection)
            self.loader.set_pgresult(result, set_loaders=not known)
            self.rows.append(self.loader.load_row(0, tuple))
        elif before <= self.most:  # once, by the row that passes the bound
            self.rows.clear()
            self.connection.cancel()  # what is on its way is read and dropped

    def _end(self, result: PGresult) -> None:
        if result.status == ExecStatus.COMMAND_OK:
            self.answers.append(Answer(count=result.command_tuples or 0))
        else:
            names = (result.fname(place) or b"" for place in range(result.nfields))
            columns = tuple(name.decode(errors="replace") for name in names)
            self.answers.append(Answer(columns, tuple(self.rows), len(self.rows)))
        self.rows, self.loader = [], None

    def _end_copying(self, result: PGresult) -> None:
        """End a COPY in either direction; the error is raised when everything has been read."""
        self.error = psycopg.ProgrammingError("COPY is not tried here")
        server = self.connection.pgconn
        # The server waits for the data of a COPY FROM, and sends that of a COPY TO. It answers
        # nothing else until both have ended.
        if result.status == ExecStatus.COPY_IN:
            server.put_copy_end(b"nothing is copied")
        while result.status == ExecStatus.COPY_OUT and server.get_copy_data(0)[0] > 0:
            pass
