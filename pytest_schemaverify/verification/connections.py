"""The connections to a database that is verified, and to the copy for checks that write."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import Any

import psycopg
from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.databases.bounds import Bounds
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.errors import DatabaseUnavailable, Refused, SchemaVerifyError
from pytest_schemaverify.errors.internal_errors import Once
from pytest_schemaverify.rehearsal.target import Target


class Connections:
    """The connections to a database and its moments on the way; they are opened once each."""

    def __init__(self, target: Target, bounds: Bounds) -> None:
        self._target = target
        self.bounds = bounds
        """Bounds for statements that are tried on the copy."""
        self.lost: SchemaVerifyError | None = None
        """The error with which the database went away; no check tries again after it."""
        self._readers: dict[str, Reader] = {}
        self._once = Once()
        self._copies = ExitStack()
        self._copied: Connection[Any] | None = None

    @contextmanager
    def reading(self, dsn: str = "") -> Iterator[Reader]:
        """Yield a reader inside a read-only transaction; the DSN "" is that of the end.

        Raises DatabaseUnavailable, also where the database went away before, and Refused.
        """
        if self.lost is not None:
            raise self.lost
        dsn = dsn or self._target.dsn
        try:
            if dsn not in self._readers:
                self._readers[dsn] = self._reader(dsn)
            else:
                # The connection is kept, and only the transaction is a new one for each question.
                self._readers[dsn].begin()
            try:
                yield self._readers[dsn]
            finally:
                # An open transaction would keep a pooler's session and what VACUUM may remove.
                if not self._readers[dsn].closed:
                    self._readers[dsn].rollback()
        except (DatabaseUnavailable, Refused) as error:
            # The error may be of another server, which this one has asked, or of a copy.
            if dsn not in self._readers or self._readers[dsn].closed:
                self.lost = self.lost or error
            raise

    def _reader(self, dsn: str) -> Reader:
        server = self._target.server
        if server is None:
            return databases.reader(dsn)
        from pytest_schemaverify.databases.resource_bounds import bound_reading

        return databases.reader(dsn, bound=partial(bound_reading, ours=server.is_ours))

    def copy(self) -> Connection[Any]:
        """Return a connection to a copy of the database, for checks that write.

        It is another copy where the connection to the last one had to be closed.
        """
        from pytest_schemaverify.rehearsal import copies  # most checks only read

        what, copy = "copying the database", copies.trial(self._target, self.bounds)
        if self._copied is not None and self._copied.closed:
            self._copies.close()
            self._once.forget(what)
        self._copied = self._once(what, lambda: self._copies.enter_context(copy))
        return self._copied

    def close(self) -> None:
        """Close all of them, and drop the copy."""
        for reader in self._readers.values():
            reader.close()
        self._readers.clear()
        with suppress(SchemaVerifyError, psycopg.Error):  # with the server, its copies are gone
            self._copies.close()
