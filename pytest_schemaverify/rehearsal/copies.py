"""What becomes of copies of a database that was built: applied again, rolled back, interrupted."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.databases import session_as
from pytest_schemaverify.databases.bounds import Bounds
from pytest_schemaverify.databases.resource_bounds import bound_reading, hold
from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.migrations.apply import apply_all
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.global_objects import shared, subscribes, words
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.rehearsal.apart import Apart, ours, reason, telling, undecided
from pytest_schemaverify.rehearsal.cost import Cost, measured
from pytest_schemaverify.rehearsal.crash import Crash, Runs, first_crash
from pytest_schemaverify.rehearsal.files import Files
from pytest_schemaverify.rehearsal.moments import BEFORE
from pytest_schemaverify.rehearsal.preserved import Fate, followed
from pytest_schemaverify.rehearsal.progress import Progress
from pytest_schemaverify.rehearsal.state import UNKNOWN, Change, State, differences, state
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.sql import names, yaml_names

if TYPE_CHECKING:
    from pytest_schemaverify.language.data import PreservedTable


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of applying files to a copy of the target."""

    failure: str = ""
    """Why they did not apply, if they did not."""
    changes: tuple[Change, ...] = ()
    """How the copy differs from what it should be like."""
    causes: Mapping[str, str] = field(default_factory=dict)
    """File that brought it about, by what has changed, where that is known."""


Session = Connection[tuple[object, ...]]
Read = Callable[[Session], State]


@contextmanager
def writable(target: Target) -> Iterator[Session]:
    """Yield a connection to a copy of the target, dropped afterwards."""
    if target.server is None:
        raise ValueError("somebody's database is only read")
    with (
        databases.copied(target.server, target.template) as dsn,
        databases.connect(dsn, autocommit=True) as connection,
    ):
        yield connection


@contextmanager
def trial(target: Target, bounds: Bounds) -> Iterator[Connection[tuple[object, ...]]]:
    """Yield the same for code of the user's that is tried, which keeps within bounds."""
    with writable(target) as connection:
        assert target.server is not None
        hold(connection, bounds, ours=target.server.is_ours)
        yield connection


def applied_again(target: Target, apart: Apart) -> Rehearsal:
    """Return what changes when the migrations are applied a second time."""
    read = _reading(target)

    def again(why: str) -> Rehearsal:
        with _copy(target, apart, why) as (connection, _):
            found = _rehearsal(connection, read(connection), _files(target), target.role, read)
        return replace(found, changes=tuple(filter(_is_another, found.changes)))

    found, why = _undisturbed(target, again, shared(_files(target)))
    if not found.changes:
        return found
    with _copy(target, apart, why) as (connection, _):
        return replace(found, causes=_causes(connection, target, read))


def crashed(target: Target, progress: Progress, apart: Apart) -> Crash | None:
    """Return the first interruption of the migrations that a second run does not make good."""
    assert target.server is not None
    files, before = _files(target), target.stages[BEFORE].database
    runs = Runs(target.server, before, target.applied, target.dsn, target.role)
    if reason(target.server, files):
        return first_crash(replace(runs, apart=apart), progress)
    tried = "interrupting the migrations"
    with telling(tried, target.server, files):
        crash = first_crash(runs, progress)
    # What fails there may fail because the first run has made the roles.
    if crash is not None and crash.failure and not ours(target.server) and (why := shared(files)):
        raise undecided(tried, why)
    return crash


def cost(target: Target, apart: Apart) -> Cost:
    """Return what the migrations cost on the rows of the state before."""
    assert target.server is not None
    files, before = _files(target), target.stages[BEFORE].database
    with (
        apart.database(())
        if reason(target.server, files)
        else databases.copied(target.server, before) as dsn,
        telling("measuring what the migrations cost", target.server, files),
    ):
        return measured(dsn, target.applied, target.role)


def rolled_back(target: Target, files: Files, apart: Apart) -> Rehearsal:
    """Return how the database after the rollback differs from the one before the migrations."""
    if not files.rollback or target.before is None:
        return Rehearsal()
    whole, at_first = ours(target.server), target.before
    # On a server that is not ours, what is left may have been there before, or be another run's.
    why = shared(files.rollback) or ("" if whole else shared(_files(target)))
    why = why or subscribes((*files.before, *_files(target)))
    if why and not whole:
        raise undecided("rehearsing the rollback", why)

    def back(why: str) -> Rehearsal:
        with _copy(target, apart, why) as (connection, before):
            read = partial(state, ours=whole)
            return _rehearsal(connection, before or at_first, files.rollback, target.role, read)

    return _undisturbed(target, back, why)[0]


def _undisturbed(
    target: Target, rehearsed: Callable[[str], Rehearsal], why: str
) -> tuple[Rehearsal, str]:
    """Return what came of a rehearsal, and why it was on a server of its own, if it was.

    What has changed on the server of the target may be the work of another file of expectations or
    of another worker of pytest-xdist; on a server of its own it is not.
    """
    found = rehearsed(why)
    seen = next((change.subject for change in found.changes if change.shared), "")
    if not seen or why or not ours(target.server):
        return found, why
    return rehearsed(seen), seen


def _is_another(change: Change) -> bool:
    """Return whether a change is a real one.

    A password that is set again has another salt each time, so its SCRAM-SHA-256 hash differs.
    """
    salted = "SCRAM-SHA-256"
    return not (change.before.startswith(salted) and change.after.startswith(salted))


@contextmanager
def _copy(target: Target, apart: Apart, why: str) -> Iterator[tuple[Session, State | None]]:
    """Yield a copy beside the target or, where there is a reason, a database on its own server."""
    if why and ours(target.server):
        with (
            apart.built() as alone,
            databases.connect(alone.dsn, autocommit=True) as connection,
        ):
            yield connection, alone.before
    else:
        with writable(target) as connection:
            yield connection, None


def fate(target: Target, name: str, wanted: "PreservedTable", schema: str) -> Fate:
    """Return what became of the rows that a table had before the migrations."""
    before = target.stages[BEFORE]
    key = yaml_names.qualified(name, schema)
    if not before.catalog.find("tables", key) and not before.catalog.find("views", key):
        return Fate(names.quoted(*key), "", 0, 0, 0, 0, there=False)
    with (
        databases.connect(before.dsn, autocommit=True) as old,
        databases.connect(target.dsn, autocommit=True) as new,
    ):
        for connection in (old, new):  # conditions of the file are run, over all rows
            bound_reading(connection, ours=target.server is not None and target.server.is_ours)
        return followed(old, new, name, wanted, schema)


def _causes(connection: Session, target: Target, read: Read) -> dict[str, str]:
    """Return which file, applied once more, is the first to change something, by what it is."""
    causes: dict[str, str] = {}
    before = read(connection)
    for migration in _files(target):
        with session_as(connection, target.role):
            apply_all(connection, [migration])
        after = read(connection)
        for change in differences(before, after):
            if change.kind != UNKNOWN:  # which file has changed it, nobody can tell either
                causes.setdefault(change.subject, shown(migration.path))
        before = after
    return causes


def _rehearsal(
    connection: Session, before: State, files: tuple[Migration, ...], role: str, read: Read
) -> Rehearsal:
    try:
        with session_as(connection, role):
            apply_all(connection, files)
    except MigrationFailed as error:
        return Rehearsal(failure=str(error))
    return Rehearsal(changes=tuple(differences(before, read(connection))))


def _reading(target: Target) -> Read:
    """Return what reads a database, and its server as far as that is ours or the files name it."""
    whole = ours(target.server)
    named = frozenset() if whole else words(_files(target))
    return partial(state, ours=whole, named=named)


def _files(target: Target) -> tuple[Migration, ...]:
    return tuple(run.migration for run in target.applied)
