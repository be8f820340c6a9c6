"""What the migrations cost the users of the database meanwhile: locks, rewrites and time.

They are run once more, statement by statement, each file in the transaction that it would be. The
server keeps locks until the end of a transaction, so after each statement pg_locks has all that
were taken; for a statement outside of any transaction a second connection looks while it runs.
Tables that a migration has made itself do not count, as nobody uses them yet.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import psycopg
from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.migrations.apply import Applied
from pytest_schemaverify.migrations.protocol import is_idle
from pytest_schemaverify.rehearsal.statements import Statement, statements
from pytest_schemaverify.sql import names, yaml_names

LOCKS = (
    "access share",
    "row share",
    "row exclusive",
    "share update exclusive",
    "share",
    "share row exclusive",
    "exclusive",
    "access exclusive",
)
"""The server's table locks, weakest first.

https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
"""

_POLL = 0.002
"""Seconds between two looks at the locks of a statement that runs outside of a transaction.

A lock that is held for less may be missed, as the statement's own end releases it.
"""


@dataclass(frozen=True, slots=True)
class Lock:
    """The strongest lock on a table, as in LOCKS, and the place of the statement that took it."""

    mode: str
    place: str


@dataclass(frozen=True, slots=True)
class Held:
    """A lock on a table, from the statement that takes it to the end of its transaction."""

    file: str
    table: str
    lock: Lock
    since: float
    """Seconds from the beginning of the first file, as `until`."""
    until: float


@dataclass(slots=True)
class Cost:
    """Locks, rewrites and time of the migrations."""

    locks: dict[str, Lock] = field(default_factory=dict)
    """The strongest lock by table, of the tables that existed before."""
    rewrites: dict[str, str] = field(default_factory=dict)
    """Place of the statement that rewrote or truncated a table, by table."""
    files: dict[str, float] = field(default_factory=dict)
    """Seconds that each file took, by its name."""
    slowest: tuple[float, str] = (0.0, "")
    """Seconds and place of the statement that took longest."""
    held: list[Held] = field(default_factory=list)
    """Each lock on the tables that existed before, as long as it was held."""

    @property
    def seconds(self) -> float:
        """Seconds for all files."""
        return sum(self.files.values())


def measured(dsn: Dsn, applied: Sequence[Applied], role: str = "") -> Cost:
    """Run the files, as a role, on a copy of the state before and return what they cost.

    Raises psycopg.Error for a statement that is rejected now although it was not before.
    """
    cost = Cost()
    with (
        databases.connect(dsn, autocommit=True) as connection,
        databases.connect(dsn, autocommit=True) as watcher,
    ):
        tables = {oid: (name, node) for oid, name, node in connection.execute(_TABLES)}
        for run in applied:
            own = statements(run.migration)
            meter = _Meter(connection, watcher, tables, cost, run.migration.called)
            # A file of one statement is sent without BEGIN: CREATE INDEX CONCURRENTLY refuses it.
            whole = run.mode == "whole" and len(own) > 1
            with databases.session_as(connection, role):
                if whole:
                    connection.execute("begin")
                for statement in own:
                    meter.run(statement)
                if whole:
                    connection.execute("commit")
            meter.release()
            cost.files[run.migration.called] = meter.seconds
            connection.execute("reset session authorization; reset role; reset all")
    return cost


# A table that is rewritten, or truncated, gets a new file: its relfilenode changes. That of a
# partitioned table is always 0; its partitions are listed by themselves.
# https://www.postgresql.org/docs/current/storage-file-layout.html
_TABLES = """
    select c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname), c.relfilenode
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
"""
_HELD = """
    select relation::bigint, mode from pg_catalog.pg_locks
    where pid = %s and locktype = 'relation' and granted and relation = any (%s::oid[])
"""
_NODES = """
    select oid::bigint, relfilenode::bigint from pg_catalog.pg_class where oid = any (%s::oid[])
"""


def cost_lines(cost: Cost) -> Iterator[str]:
    """Yield the cost of the migrations as lines for the summary."""
    files = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in cost.files.items())
    yield f"the migrations take {cost.seconds:.2f} s: {files}"
    yield f"longest statement: {cost.slowest[1]}, {cost.slowest[0]:.2f} s"
    locks: dict[tuple[str, str], list[str]] = {}
    for table, lock in sorted(cost.locks.items()):
        locks.setdefault((lock.mode, lock.place), []).append(table)
    for (mode, place), tables in sorted(locks.items(), key=lambda one: -LOCKS.index(one[0][0])):
        more = f" and {len(tables) - 4} more" if len(tables) > 4 else ""
        yield f"{mode} lock by {place} on {', '.join(tables[:4])}{more}"
    for table, place in sorted(cost.rewrites.items()):
        yield f"rewritten by {place}: {table}"


@dataclass(slots=True)
class _Meter:
    """The measuring of one file's statements."""

    connection: Connection[Any]
    watcher: Connection[Any]
    tables: Mapping[int, tuple[str, int]]
    cost: Cost
    file: str
    started: float = field(default_factory=perf_counter)
    overhead: float = 0.0
    """Seconds that the measuring itself has taken."""
    before: float = 0.0
    """Seconds that the file had taken when the statement began."""
    holding: dict[tuple[str, str], tuple[str, float]] = field(default_factory=dict)
    """Place and `before` of the statement that took a lock, by table and mode."""

    @property
    def seconds(self) -> float:
        """Seconds that the file has taken, without what was spent on looking."""
        return perf_counter() - self.started - self.overhead

    def run(self, statement: Statement) -> None:
        """Run a statement and note what it did."""
        alone = is_idle(self.connection)
        self.before = self.seconds
        started = perf_counter()
        with self._watched(statement, alone=alone):
            statement.run(self.connection)
        ended = perf_counter()
        if ended - started > self.cost.slowest[0]:
            self.cost.slowest = (ended - started, statement.place)
        if self.connection.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
            return
        if not statement.changes_nothing:
            if not is_idle(self.connection):
                self.note(statement, self.connection)
            for oid, node in self.connection.execute(_NODES, [list(self.tables)]):
                name, before = self.tables[oid]
                if node != before and name not in self.cost.rewrites:
                    self.cost.rewrites[name] = statement.place
        self.overhead += perf_counter() - ended
        if is_idle(self.connection):
            self.release()

    def release(self) -> None:
        """Note how long the locks were held whose transaction has ended."""
        began = self.cost.seconds
        until = began + self.seconds
        for (table, mode), (place, since) in self.holding.items():
            self.cost.held.append(Held(self.file, table, Lock(mode, place), began + since, until))
        self.holding.clear()

    def note(self, statement: Statement, by: Connection[Any]) -> None:
        """Keep the locks that are held now, where they are the strongest so far."""
        pid, place = self.connection.info.backend_pid, statement.place
        for oid, mode in by.execute(_HELD, [pid, list(self.tables)]):
            name, said = self.tables[oid][0], _spoken(mode)
            self.holding.setdefault((name, said), (place, self.before))
            known = self.cost.locks.get(name)
            if known is None or LOCKS.index(said) > LOCKS.index(known.mode):
                self.cost.locks[name] = Lock(said, place)

    @contextmanager
    def _watched(self, statement: Statement, *, alone: bool) -> Iterator[None]:
        """Look at the locks from a second connection while a statement runs by itself."""
        if not alone or statement.changes_nothing:
            yield
            return
        stop = threading.Event()

        def watch() -> None:
            while not stop.wait(_POLL):
                self.note(statement, self.watcher)

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def _spoken(mode: str) -> str:
    """Return `ShareRowExclusiveLock`, as pg_locks has it, as SQL does: share row exclusive."""
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in mode.removesuffix("Lock"))
    return words.strip()


def table_name(text: str, schema: str) -> str:
    """Return the name of a table as `Cost` has it: with its schema, and quoted where needed."""
    return names.quoted(*yaml_names.qualified(text, schema))
