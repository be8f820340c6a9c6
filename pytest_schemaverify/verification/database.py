"""The database of a contract: how it is found or built, and how it is left."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING

import psycopg

from pytest_schemaverify.canonical.server_errors import unavailable
from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.databases.bounds import Bounds
from pytest_schemaverify.databases.reading import our_error
from pytest_schemaverify.databases.servers import close_servers
from pytest_schemaverify.errors import Refused, SchemaVerifyError, WrongValue
from pytest_schemaverify.errors.internal_errors import internal
from pytest_schemaverify.rehearsal.progress import Line
from pytest_schemaverify.rehearsal.target import Target, live
from pytest_schemaverify.verification.connections import Connections
from pytest_schemaverify.verification.contract import Contract
from pytest_schemaverify.verification.planning import asked

if TYPE_CHECKING:
    from pytest_schemaverify.databases import Server, Wish
    from pytest_schemaverify.verification.replays import Replays


class Database:
    """The database of a contract: an existing one, a new one, or one that a run has kept.

    `prepare` finds or builds it, or `target` is given what another process has prepared.
    """

    def __init__(self, contract: Contract, line: Line | None = None) -> None:
        self.contract = contract
        self.line = line or Line()
        """Shows the step that takes long."""
        self.target: Target | SchemaVerifyError | None = None
        """The database, or the error for which there is none; None before it is prepared."""
        self.announced = False
        """Whether the terminal has shown how to end a server that stays."""
        self.seconds: dict[str, float] = {}
        """How long the steps of `prepare` took, in the process that had them to do."""
        self._kept = ExitStack()
        """Ends the server of a database that is kept for other runs."""

    @property
    def there(self) -> Target:
        """The database. Raises TypeError before it has been prepared."""
        if not isinstance(self.target, Target):
            raise TypeError("the database has not been prepared")
        return self.target

    @cached_property
    def connections(self) -> Connections:
        """The connections to it."""
        return Connections(self.there, Bounds(statement=self.contract.config.statement_limit))

    @cached_property
    def replays(self) -> "Replays":
        """The databases that the files build beside it."""
        from pytest_schemaverify.verification.replays import Replays  # few runs build one

        return Replays(self.contract, self.there)

    @property
    def stays(self) -> bool:
        """Whether a disposable database is left running, which the terminal has to say."""
        target = self.target
        keep = self.contract.config.keep
        return keep and isinstance(target, Target) and target.server is not None

    def prepare(self, server: "Callable[[Wish], Server]") -> None:
        """Find or build the database: `target` becomes it, or the error for which there is none."""
        contract = self.contract
        began, started = time.perf_counter(), 0.0

        def start(wish: "Wish") -> "Server":
            nonlocal started
            before = time.perf_counter()
            try:
                return server(wish)
            finally:
                started += time.perf_counter() - before

        doing = "reading the database" if contract.config.dsn else "building the database"
        try:
            # No server is started for a file that names what cannot be read.
            with self.line.ticking(doing):
                self.target = contract.fault or self._had(start)
        except WrongValue as error:
            self.target = contract.placed(error)
        except Exception as error:
            doing = "connecting to" if contract.config.dsn else "building"
            self.target = _why_not(error, f"{doing} the database of {contract.name}")
        finally:
            whole = time.perf_counter() - began
            steps = (
                {"database": whole}
                if contract.config.dsn
                else {"server start": started, "migrations": whole - started}
            )
            self.seconds = steps

    def _had(self, server: "Callable[[Wish], Server]") -> Target:
        if dsn := self.contract.config.dsn:
            return live(Dsn(dsn), asked(self.contract.planned))
        # An existing database does not wait for what builds one.
        from pytest_schemaverify.verification.building import built

        return built(self.contract, server, self._kept, self.line)

    def close(self) -> None:
        """Close the connections to the database, and remove what was built beside it."""
        if isinstance(self.target, Target):
            # A server ends after what is connected to it.
            self.connections.close()
            if "replays" in vars(self):
                self.replays.close()
        close_servers(self._kept, keep=self.announced)


def _why_not(error: Exception, tried: str) -> SchemaVerifyError:
    """Return the error that says why there is no database."""
    told = our_error(error) if isinstance(error, psycopg.Error) else error
    return unavailable(tried, told) if isinstance(told, Refused) else internal(tried, told)
