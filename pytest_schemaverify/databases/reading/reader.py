"""A connection that can only read.

Every statement goes by the extended query protocol, in which the server takes one at a time. So
nothing in a text of the user's can end the read-only transaction around it.
https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, LiteralString, NamedTuple, Self

import psycopg
from psycopg import abc, adapt, capabilities, generators, pq, sql
from psycopg.abc import PQGen
from psycopg.adapt import AdaptersMap, PyFormat
from psycopg.types.string import TextLoader

from pytest_schemaverify.errors import (
    CannotDetermine,
    DatabaseUnavailable,
    Refused,
    SchemaVerifyError,
)

from .deadline import T, with_deadline
from .loaders import AS_TEXT, TEXTS, AnyBytes, ExactJson, size_of
from .psycopg_errors import our_error
from .transaction_settings import DEFAULTS, FIXED, LIMITS, SET, stricter

DEADLINE = 90.0
"""Seconds to wait for an answer. The server's own limit for a statement is shorter, 60 seconds."""

BYTES = 64 * 1024 * 1024
"""Bytes of the largest answer. Of a larger one the rest stays on the server."""

# Many rows at a time save time. But a chunk is in memory before its size can be looked at, and a
# row may have a gigabyte.
CHUNK, SMALL_CHUNK = 1000, 16
"""Rows that libpq hands over at once: of catalogs, and of rows of unknown size."""

Query = str | bytes | sql.Composable


class Column(NamedTuple):
    """A column of what a query returns."""

    name: str
    type: int
    """The type's OID."""
    modifier: int
    """The type's modifier as in pg_attribute.atttypmod, -1 for none."""


class Rows(list[tuple[Any, ...]]):
    """Rows with the names of their columns, some of which say that the values are secrets."""

    def __init__(self, rows: Iterable[tuple[Any, ...]], names: Sequence[str]) -> None:
        super().__init__(rows)
        self.names = names


class Reader:
    """Reads over one connection, one statement at a time.

    Every error is one of ours: Refused when the server refuses a statement, DatabaseUnavailable
    when the connection is lost, CannotDetermine for an answer that is too large. Other code must
    not execute anything on the connection while an answer is read.
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
        """The server's version, as in 180006."""
        return self._connection.info.server_version

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of the server, or of the pooler in front of it."""
        return self._connection.info.host, self._connection.info.port

    @property
    def adapters(self) -> AdaptersMap:
        """The connection's adapters, which have the loaders of values."""
        return self._connection.adapters

    @property
    def closed(self) -> bool:
        """Whether the connection is closed or lost."""
        return self._connection.closed

    def close(self) -> None:
        """End the transaction and close the connection."""
        # Closing it within a transaction would make PgBouncer drop the server's session.
        with suppress(SchemaVerifyError):
            self.rollback()
        self._connection.close()

    def begin(self) -> None:
        """End the transaction, if any, and begin a read-only one with `LIMITS` and `FIXED`.

        Everything that is read in it is of one moment, and so belongs together.
        """
        # Everything is set until the transaction ends: a pooler gives the session to other clients.
        self.rollback()
        if not self._settings and self._is_without_encoding():
            # The server would refuse to send bytes that are not UTF-8.
            self.run("set client_encoding = 'SQL_ASCII'")
            for type_ in TEXTS:
                self.adapters.register_loader(type_, AnyBytes)
        # Another client may have left the session as a role.
        self.run("begin isolation level repeatable read, read only", "set local role to default")
        if not self._settings:
            self.run("set local search_path = ''")  # another one may have a `=` of its own
            known = self.rows(DEFAULTS, ["search_path", *LIMITS])
            self._settings = {**FIXED, **{name: stricter(name, default) for name, default in known}}
        self._set(self._settings)

    def plainly(self, **others: str) -> None:
        """Set `FIXED` and others until the transaction ends, in a database of ours."""
        self._set({**FIXED, **others})

    def _set(self, settings: Mapping[str, str]) -> None:
        self.row(SET, list(settings), list(settings.values()))

    def run(self, *statements: LiteralString) -> None:
        """Run statements of ours that return no rows and change nothing but the session.

        They are sent in one message: the server may be far away.
        """
        with self._ours():
            self._connection.pgconn.send_query("; ".join(statements).encode())
            self._require(self._all())

    def rows(
        self, query: Query, *values: Any, binary: bool = False, most: int | None = None,
        bound: int | None = BYTES,
    ) -> list[tuple[Any, ...]]:  # fmt: skip
        """Return the rows of a query of ours, at most `most` of them; its `$1` … are the values.

        `bound` is the largest size of the answer in bytes; None for a catalog, which is needed
        whole.
        """
        tx = adapt.Transformer(self._connection)
        return self._rows(query, values, tx, binary=binary, most=most, bound=bound)

    def row(self, query: Query, *values: Any, binary: bool = False) -> tuple[Any, ...] | None:
        """Return the first row of a query of ours."""
        return next(iter(self.rows(query, *values, binary=binary)), None)

    def asked(self, text: Query, most: int) -> Rows:
        """Return at most `most` rows of a user's statement, with values as the server prints them.

        A statement that returns no rows is refused before it is run.
        """
        # `copy … to program` and `lock table` are allowed in a read-only transaction.
        columns = self.columns(text)
        if not columns:
            raise Refused("the statement returns no rows", hint="write one `select` statement")
        with psycopg.RawCursor(self._connection) as cursor:
            for type_ in AS_TEXT:
                cursor.adapters.register_loader(type_, TextLoader)
            for type_ in ("json", "jsonb"):
                cursor.adapters.register_loader(type_, ExactJson)
            rows = self._rows(text, (), adapt.Transformer(cursor), most=most)
        return Rows(rows, [one.name for one in columns])

    def columns(self, query: Query) -> tuple[Column, ...]:
        """Return the columns of a query, () for a statement that returns no rows. It is not run."""
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
        """Yield this reader inside a transaction, or a savepoint of one, and roll it back."""
        idle = self._connection.info.transaction_status == pq.TransactionStatus.IDLE
        self.run("begin" if idle else "savepoint schemaverify")
        try:
            yield self
        finally:
            if not self.closed:
                if idle:
                    self.run("rollback")
                else:  # `rollback to` leaves the savepoint itself
                    self.run("rollback to schemaverify", "release schemaverify")

    def rollback(self) -> None:
        """Roll the transaction back, if there is one."""
        states = (pq.TransactionStatus.INTRANS, pq.TransactionStatus.INERROR)
        if self._connection.info.transaction_status in states:
            self.run("rollback")

    def _rows(
        self, query: Query, values: Sequence[Any], tx: abc.Transformer, *, binary: bool = False,
        most: int | None = None, bound: int | None = BYTES,
    ) -> list[tuple[Any, ...]]:  # fmt: skip
        rows: list[tuple[Any, ...]] = []
        size = CHUNK if bound is None else SMALL_CHUNK
        fetched = 0
        for result in self._answer(query, values, tx, size=size, binary=binary):
            fetched += 0 if bound is None else size_of(result)
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
        """Yield the answer to one statement, in parts of `size` rows."""
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
        """Cancel a statement of which not everything was read, so that another one can be run."""
        server = self._connection.pgconn
        if server.transaction_status != pq.TransactionStatus.ACTIVE:
            return
        try:
            # The rest that is on its way has to be read, too.
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
        if b"\0" in text:  # libpq would send only what is in front of it
            raise Refused("the text holds a NUL character, which SQL does not allow")
        return text

    def _wait(self, work: PQGen[T]) -> T:
        try:
            return self._connection.wait(with_deadline(self._deadline, work))
        except TimeoutError:
            self._connection.pgconn.finish()  # a server that does not answer reads no goodbye
            late = f"no answer for {self._deadline:g} seconds"
            raise psycopg.OperationalError(late) from None

    @contextmanager
    def _ours(self) -> Iterator[None]:
        """Raise our error for each one of psycopg inside the block."""
        try:
            yield
        except UnicodeError as error:
            raise Refused(f"a text cannot be exchanged in UTF-8: {error}") from None
        except psycopg.Error as error:
            server = self._connection.pgconn
            lost = server.status != pq.ConnStatus.OK
            told = our_error(error, lost=lost, last=server.error_message.decode(errors="replace"))
            if isinstance(told, DatabaseUnavailable):
                with suppress(psycopg.Error):
                    self._connection.close()
            raise told from None


def reader_over(connection: "Reader | psycopg.Connection[Any]") -> Reader:
    """Return a reader itself, or a reader over a connection of psycopg to a database of ours."""
    return connection if isinstance(connection, Reader) else Reader(connection)
