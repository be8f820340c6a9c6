"""A run of the migrations that is interrupted and run again.

A file that is one transaction leaves nothing behind when it is interrupted. Of the others every
statement that commits is a place after which the rest of the run may never come. At each of them a
copy is made of what is there then, the run is begun again with the file that was interrupted, as a
tool does that keeps a list of what it has done, and in the end everything has to be as without.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.migrations.apply import Applied, apply_all
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.global_objects import shared
from pytest_schemaverify.migrations.protocol import is_idle
from pytest_schemaverify.rehearsal.apart import Apart
from pytest_schemaverify.rehearsal.progress import Progress
from pytest_schemaverify.rehearsal.state import Change, State, differences, settled, state
from pytest_schemaverify.rehearsal.statements import Statement, interrupted, statements

_CONTROL = re.compile(
    r"(begin|start\s+transaction|commit|end|rollback|abort|prepare)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Crash:
    """The first interruption after which a second run fails or ends in another state."""

    place: str
    """Statement behind which, or in which, the run was interrupted: file:line:column."""
    within: bool
    """Whether it was interrupted in the middle of the statement."""
    failure: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Runs:
    """The databases, files and role with which the migrations are run again and again."""

    server: Server
    before: str
    """Database as it was before the first migration; it has no connections."""
    applied: Sequence[Applied]
    """The files in their order, with the mode in which each was applied."""
    reference: str
    """DSN of the database after an uninterrupted run."""
    role: str = ""
    """Role that the migrations run as; '' is the superuser."""
    apart: Apart | None = None
    """The way to a server of its own for each run; None for copies on the server that is there."""


Copies = Callable[[], AbstractContextManager[Dsn]]
"""Makes a database as it was before a file, as often as it is interrupted."""


@dataclass(frozen=True, slots=True)
class _Undisturbed:
    """The results of two uninterrupted runs; values in which these two differ are random."""

    role: str
    reference: Connection[Any]
    control: Connection[Any]
    wanted: State


def first_crash(runs: Runs, progress: Progress) -> Crash | None:
    """Return the first interruption that a second run does not make good, if there is one."""
    migrations = [run.migration for run in runs.applied]
    fragile = [number for number, run in enumerate(runs.applied) if not _is_atomic(run)]
    # Files that are one transaction each need no copy at all.
    if not fragile:
        return None
    with ExitStack() as stack:
        dsn, copies = (_walked if runs.apart is None else _rebuilt)(
            runs, migrations, fragile, stack
        )
        control = stack.enter_context(databases.connect(dsn, autocommit=True))
        reference = stack.enter_context(databases.connect(runs.reference, autocommit=True))
        undisturbed = _Undisturbed(runs.role, reference, control, state(reference))
        for order, number in enumerate(fragile):
            points = list(_points(runs.role, copies[number], migrations[number]))
            for index, point in enumerate(points):
                # In thousandths of a file, as the points of later files are not known yet.
                part = order * 1000 + index * 1000 // len(points)
                progress("interrupting the migrations", part, len(fragile) * 1000)
                crash = _crash(undisturbed, copies[number], migrations[number:], point)
                if crash is not None:
                    return crash
    return None


def _walked(
    runs: Runs, migrations: Sequence[Migration], fragile: Sequence[int], stack: ExitStack
) -> tuple[Dsn, dict[int, Copies]]:
    """Run everything once more; return that database, and what copies it before a file.

    A file that is one transaction of its own is interrupted behind its end: the copy is made then.
    """
    dsn, done = stack.enter_context(databases.copied(runs.server, runs.before)), 0
    copies: dict[int, Copies] = {}
    for number in fragile:
        stop = _start(migrations, number)
        with (
            databases.connect(dsn, autocommit=True) as connection,
            databases.session_as(connection, runs.role),
        ):
            apply_all(connection, migrations[done:stop])
        copy = stack.enter_context(databases.copied(runs.server, dsn.dbname))
        done, copies[number] = stop, partial(databases.copied, runs.server, copy.dbname)
    with (
        databases.connect(dsn, autocommit=True) as connection,
        databases.session_as(connection, runs.role),
    ):
        apply_all(connection, migrations[done:])
    return dsn, copies


def _rebuilt(
    runs: Runs, migrations: Sequence[Migration], fragile: Sequence[int], stack: ExitStack
) -> tuple[Dsn, dict[int, Copies]]:
    """Return the same, each on a server of its own; copies share one where no role is touched."""
    assert runs.apart is not None
    copies: dict[int, Copies] = {}
    for number in fragile:
        done = migrations[: _start(migrations, number)]
        if shared(migrations[number:]):
            copies[number] = partial(runs.apart.database, done)
        else:
            alone = stack.enter_context(runs.apart.built(done))
            copies[number] = partial(databases.copied, alone.server, alone.dsn.dbname)
    return stack.enter_context(runs.apart.database(migrations)), copies


def _start(migrations: Sequence[Migration], number: int) -> int:
    """Return how many files have run where a file is interrupted that is copied there."""
    return number + _is_one_transaction(statements(migrations[number]))


def _is_atomic(run: Applied) -> bool:
    """Return whether a file leaves nothing behind when it is interrupted."""
    if run.mode != "whole":
        return False
    # A statement that is alone in its file may commit by itself.
    own = statements(run.migration)
    return not (len(own) == 1 and (own[0].is_concurrent or own[0].may_commit))


def _is_one_transaction(own: Sequence[Statement]) -> bool:
    """Return whether a file is one BEGIN … COMMIT with nothing outside of it."""
    control = [match[1].lower() for statement in own if (match := _CONTROL.match(statement.text))]
    ends = bool(own) and all(_CONTROL.match(statement.text) for statement in (own[0], own[-1]))
    return ends and len(control) == 2 and control[1] in ("commit", "end")


@dataclass(frozen=True, slots=True)
class _Point:
    """The place at which a run is interrupted."""

    done: tuple[Statement, ...]
    """The statements of the file that run before the interruption."""
    statement: Statement
    within: bool = False


def _points(role: str, copies: Copies, migration: Migration) -> Iterator[_Point]:
    """Yield the places behind which something new is committed, and concurrent statements."""
    own = statements(migration)
    if _is_one_transaction(own):
        yield _Point((), own[-1])
        return
    # Whether something has changed since the last commit: SET and SELECT alone are no place.
    waiting = False
    with (
        copies() as dsn,
        databases.connect(dsn, autocommit=True) as connection,
        databases.session_as(connection, role),
    ):
        for number, statement in enumerate(own):
            if statement.is_concurrent:
                yield _Point(tuple(own[:number]), statement, within=True)
            statement.run(connection)
            waiting = waiting or not statement.changes_nothing
            if waiting and is_idle(connection):
                yield _Point(tuple(own[: number + 1]), statement)
                waiting = False


def _crash(
    undisturbed: _Undisturbed, copies: Copies, migrations: Sequence[Migration], point: _Point
) -> Crash | None:
    """Interrupt the first of the files, run all of them again, and return what is wrong then."""
    with copies() as dsn, databases.connect(dsn, autocommit=True) as again:
        # What is not committed then is gone with the connection.
        with (
            databases.connect(dsn, autocommit=True) as connection,
            databases.session_as(connection, undisturbed.role),
        ):
            for statement in point.done:
                statement.run(connection)
            if point.within:
                # Another session, whose transaction the concurrent statement has to wait for.
                with databases.connect(dsn) as other:
                    interrupted(connection, other, point.statement)
        try:
            with databases.session_as(again, undisturbed.role):
                apply_all(again, migrations)
        except MigrationFailed as error:
            return Crash(point.statement.place, point.within, failure=str(error))
        changes = tuple(
            change
            for change in differences(undisturbed.wanted, state(again))
            if change.table is None
            or not settled(change.table, undisturbed.reference, undisturbed.control, again)
        )
    return Crash(point.statement.place, point.within, changes=changes) if changes else None
