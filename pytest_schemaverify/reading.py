"""The one door through which anything is asked of a database.

A text of the user's never shares a message with another statement: everything goes by the
extended query protocol, in which the server takes one statement at a time, so that nothing in a
text can end the read-only transaction around it.
https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, LiteralString, NamedTuple, Self, TypeVar

import psycopg
from psycopg import abc, adapt, capabilities, generators, pq, sql
from psycopg.abc import PQGen
from psycopg.adapt import AdaptersMap, Loader, PyFormat
from psycopg.types.string import TextLoader

from pytest_schemaverify.errors import (
    CannotDetermine,
    DatabaseUnavailable,
    Refused,
    SchemaVerifyError,
)

DEADLINE = 90.0
"""Seconds without a byte from the server; its own limit for a statement is shorter."""

BYTES = 64 * 1024 * 1024
"""What an answer may fetch, in bytes, before the rest of it is left where it is."""

CHUNK, SMALL_CHUNK = 1000, 16
"""Rows that libpq hands over at once: of the catalog, and of rows of unknown size."""

AS_TEXT = (
    "date", "time", "timetz", "timestamp", "timestamptz", "interval", "uuid", "inet", "cidr",
    "bytea", "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange",
)  # fmt: skip
"""Types whose values are compared as the server writes them, not as Python would."""

LIMITS = {
    "statement_timeout": 60_000,
    "lock_timeout": 2_000,
    "idle_in_transaction_session_timeout": 600_000,
}
"""What a transaction may take on somebody's server, in milliseconds.

Where the DSN, the role or the database sets less, that counts.
"""

OTHERS = (
    "search_path", "quote_all_identifiers", "datestyle", "intervalstyle", "timezone",
    "extra_float_digits", "bytea_output", "standard_conforming_strings",
)  # fmt: skip
"""Settings that somebody may have left in a session of a pool, and that change what is read.

Each transaction may get another session. Their defaults are what the DSN, the role and the
database say.
"""

LOST = frozenset({"FATAL", "PANIC"})
"""Severities after which the server ends the session, see
https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-SEVERITY-LEVELS"""

Query = str | bytes | sql.Composable
T = TypeVar("T")


class Column(NamedTuple):
    """A column of what a query returns."""

    name: str
    type: int
    """OID."""
    modifier: int


class Reader:
    """A connection that can only be asked, one statement at a time.

    Every error is one of ours: Refused when the server does not answer a statement,
    DatabaseUnavailable when there is no connection any more, CannotDetermine for an answer that
    is too large. Nobody else executes anything on the connection as long as it is read.
    """

    def __init__(self, connection: psycopg.Connection[Any], deadline: float = DEADLINE) -> None:
        self._connection = connection
        self._deadline = deadline
        self._settings: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def version(self) -> int:
        """The server's, as in 180006."""
        return self._connection.info.server_version

    @property
    def adapters(self) -> AdaptersMap:
        """What makes Python's values of the server's."""
        return self._connection.adapters

    @property
    def closed(self) -> bool:
        """Whether nothing can be asked any more."""
        return self._connection.closed

    def close(self) -> None:
        """Leave the transaction and the server.

        Who only hangs up costs a pooler the session, with what others have set in it.
        """
        with suppress(SchemaVerifyError):
            self.rollback()
        self._connection.close()

    def begin(self) -> None:
        """Leave the transaction, if any, and begin a read-only one with `LIMITS`.

        Its snapshot is taken once, so that everything read in it belongs together. Nothing is set
        for the session, because a pooler hands that to somebody else afterwards.
        """
        self.rollback()
        if not self._settings and self._is_without_encoding():
            # The server would refuse to send what is no UTF-8.
            self.run("set client_encoding = 'SQL_ASCII'")
            for type_ in _TEXTS:
                self.adapters.register_loader(type_, _AnyBytes)
        self.run("begin isolation level repeatable read, read only")
        self.run("set local role to default")
        if not self._settings:
            self.run("set local search_path = ''")  # another one may have a `=` of its own
            known = self.rows(_DEFAULTS, [*LIMITS, *OTHERS])
            self._settings = {name: _limited(name, default) for name, default in known}
        self.row(_SET, list(self._settings), list(self._settings.values()))

    def run(self, statement: LiteralString) -> None:
        """Run a statement of ours that returns nothing and changes nothing but the session."""
        for _ in self._answer(statement, (), adapt.Transformer(self._connection), size=CHUNK):
            pass

    def rows(
        self, query: Query, *values: Any, binary: bool = False, most: int | None = None,
        bound: int | None = BYTES,
    ) -> list[tuple[Any, ...]]:  # fmt: skip
        """Return the rows of a query of ours, `most` of them; its `$1` … are the values.

        `bound` is None for what has to be had whole, as the catalog.
        """
        tx = adapt.Transformer(self._connection)
        return self._rows(query, values, tx, binary=binary, most=most, bound=bound)

    def row(self, query: Query, *values: Any, binary: bool = False) -> tuple[Any, ...] | None:
        """Return the first row of a query of ours."""
        return next(iter(self.rows(query, *values, binary=binary)), None)

    def asked(self, text: Query, most: int) -> list[tuple[Any, ...]]:
        """Return the rows of a statement of the user's, with values as the server writes them.

        Raises Refused, before it is run, for one that returns no rows: for the server
        `copy … to program` and `lock table` are at home in a read-only transaction.
        """
        if not self.columns(text):
            raise Refused("the statement returns no rows", hint="write one `select` statement")
        with psycopg.RawCursor(self._connection) as cursor:
            for type_ in AS_TEXT:
                cursor.adapters.register_loader(type_, TextLoader)
            return self._rows(text, (), adapt.Transformer(cursor), most=most)

    def columns(self, query: Query) -> tuple[Column, ...]:
        """Return what a query would return, () for a statement that has no rows. It is not run."""
        server = self._connection.pgconn
        with self._ours():
            server.send_prepare(b"", self._bytes(query))
            self._require(self._all())
            server.send_describe_prepared(b"")
            [described] = self._require(self._all())
        return tuple(
            Column(
                (described.fname(at) or b"").decode(errors="replace"),
                described.ftype(at),
                described.fmod(at),
            )
            for at in range(described.nfields)
        )

    @contextmanager
    def undone(self) -> Iterator[Self]:
        """Let things be asked in a transaction, or a savepoint in one, that is rolled back."""
        idle = self._connection.info.transaction_status == pq.TransactionStatus.IDLE
        self.run("begin" if idle else "savepoint schemaverify")
        try:
            yield self
        finally:
            if not self.closed:
                self.run("rollback" if idle else "rollback to schemaverify")
                if not idle:
                    self.run("release schemaverify")

    def rollback(self) -> None:
        """Leave the transaction, if there is one."""
        within = (pq.TransactionStatus.INTRANS, pq.TransactionStatus.INERROR)
        if self._connection.info.transaction_status in within:
            self.run("rollback")

    def _rows(
        self, query: Query, values: Sequence[Any], tx: abc.Transformer, *, binary: bool = False,
        most: int | None = None, bound: int | None = BYTES,
    ) -> list[tuple[Any, ...]]:  # fmt: skip
        rows: list[tuple[Any, ...]] = []
        size = CHUNK if bound is None else SMALL_CHUNK
        fetched = 0
        for result in self._answer(query, values, tx, size=size, binary=binary):
            fetched += 0 if bound is None else _size(result)
            if bound is not None and fetched > bound:
                raise CannotDetermine(
                    "reading what the server answers",
                    because=f"it is more than {bound // 1024**2} MB",
                    remedy="ask for fewer rows or columns, or for their count",
                )
            with self._ours():  # psycopg has no value for some of the server's
                tx.set_pgresult(result)
                rows += tx.load_rows(0, result.ntuples, tuple)
            if most is not None and len(rows) >= most:
                return rows[:most]
        return rows

    def _answer(
        self, query: Query, values: Sequence[Any], tx: abc.Transformer, *, size: int,
        binary: bool = False,
    ) -> Iterator[pq.abc.PGresult]:  # fmt: skip
        """Yield the answer to one statement, in parts with so many rows."""
        server = self._connection.pgconn
        format_ = pq.Format.BINARY if binary else pq.Format.TEXT
        with self._ours():
            given = tx.dump_sequence(values, [PyFormat.AUTO] * len(values))
            server.send_query_params(
                self._bytes(query), given, param_types=tx.types, param_formats=tx.formats,
                result_format=format_,
            )  # fmt: skip
            if capabilities.has_stream_chunked():
                server.set_chunked_rows_mode(size)
            else:  # libpq before 17
                server.set_single_row_mode()
            self._wait(generators.send(server))
            try:
                while (result := self._wait(generators.fetch(server))) is not None:
                    self._require([result])
                    yield result
            finally:
                self._drain()

    def _is_without_encoding(self) -> bool:
        return self._connection.info.parameter_status("server_encoding") == "SQL_ASCII"

    def _all(self) -> list[pq.abc.PGresult]:
        return self._wait(generators.execute(self._connection.pgconn))

    def _drain(self) -> None:
        """End a statement of which not everything was read, so that another one can be asked."""
        server = self._connection.pgconn
        if server.transaction_status != pq.TransactionStatus.ACTIVE:
            return
        try:
            self._connection.cancel_safe(timeout=self._deadline)
            while self._wait(generators.fetch(server)) is not None:
                pass
        except psycopg.Error:
            server.finish()

    def _require(self, results: list[pq.abc.PGresult]) -> list[pq.abc.PGresult]:
        for result in results:
            if result.status == pq.ExecStatus.FATAL_ERROR:
                encoding = self._connection.info.encoding
                raise psycopg.errors.error_from_result(result, encoding=encoding)
        return results

    def _bytes(self, query: Query) -> bytes:
        if isinstance(query, sql.Composable):
            query = query.as_bytes(self._connection)
        text = query.encode() if isinstance(query, str) else query
        if b"\0" in text:  # libpq would send what is in front of it
            raise Refused("a text with the character NUL is nothing that SQL knows")
        return text

    def _wait(self, work: PQGen[T]) -> T:
        try:
            return self._connection.wait(_within(self._deadline, work))
        except TimeoutError:
            self._connection.pgconn.finish()  # who does not answer does not hear either
            late = f"no answer for {self._deadline:g} seconds"
            raise psycopg.OperationalError(late) from None

    @contextmanager
    def _ours(self) -> Iterator[None]:
        """Turn what psycopg raises into errors of ours."""
        try:
            yield
        except UnicodeError as error:
            raise Refused(f"a text cannot be exchanged in UTF-8: {error}") from None
        except psycopg.Error as error:
            server = self._connection.pgconn
            lost = server.status != pq.ConnStatus.OK
            told = ours(error, lost=lost, last=server.error_message.decode(errors="replace"))
            if isinstance(told, DatabaseUnavailable):
                with suppress(psycopg.Error):
                    self._connection.close()
            raise told from None


def over(connection: "Reader | psycopg.Connection[Any]") -> Reader:
    """Return what asks on a connection; one to a database of ours is used for other things, too."""
    return connection if isinstance(connection, Reader) else Reader(connection)


_DEFAULTS = """
    select name, reset_val from pg_catalog.pg_settings where name = any ($1::text[])
"""
_SET = """
    select pg_catalog.count(pg_catalog.set_config(name, value, true))
    from rows from (
        pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.text[])
    )
        as given (name, value)
"""


def _limited(name: str, default: str) -> str:
    """Return what a setting has to be; 0 is no limit."""
    if name not in LIMITS:
        return default
    return str(min(int(default) or LIMITS[name], LIMITS[name]))


class _AnyBytes(Loader):
    """Text of a database that does not say how it is encoded: UTF-8 if it is, else with escapes."""

    def load(self, data: Any) -> str:
        return bytes(data).decode(errors="backslashreplace")


def ours(
    error: psycopg.Error, *, lost: bool = False, last: str = ""
) -> Refused | DatabaseUnavailable:
    """Return what an error of psycopg's means, on a connection that may be known to be lost.

    A message that ends the session says so; an error of class 08 may be a foreign server's.
    `last` is what libpq has heard last, "FATAL: …", also where psycopg only tells of the end.
    """
    alone = error.sqlstate is None and isinstance(error, psycopg.OperationalError)
    if lost or alone or error.diag.severity_nonlocalized in LOST:
        said, heard = (text.partition("\n")[0].strip() for text in (str(error), last))
        if lost and heard and said.startswith("the connection is "):
            said = heard.partition(":  ")[2] or heard
        return DatabaseUnavailable(
            "asking the database",
            because=said or type(error).__name__,
            remedy=_LATE if "timeout" in said else _ENDED,
        )
    return Refused(
        error.diag.message_primary or str(error),
        state=error.sqlstate or "",
        hint=error.diag.message_hint or "",
        position=int(error.diag.statement_position or 0),
    )


_ENDED = "see the server's log; nothing was written to it"
_LATE = "give the role that the DSN names more time, by `alter role … set …`, or try again later"

_TEXTS: tuple[str | int, ...] = ("text", "varchar", "bpchar", "name", '"char"', 705, 0)
"""Types that are texts, the last two without a name for psycopg: unknown, and any it has not."""


def _size(result: pq.abc.PGresult) -> int:
    """Return the bytes that a part of an answer has."""
    return sum(
        len(result.get_value(row, column) or b"")
        for row in range(result.ntuples)
        for column in range(result.nfields)
    )


def _within(seconds: float, work: PQGen[T]) -> PQGen[T]:
    """Let work on a connection go on as long as the server answers.

    The server's own time-outs do not help when it is frozen, or when its host goes away: psycopg
    looks up from its waiting several times a second, and so it is noticed.
    """
    until = time.monotonic() + seconds
    try:
        wanted = next(work)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() > until:
                raise TimeoutError
            wanted = work.send(ready)
    except StopIteration as done:
        result: T = done.value
        return result
