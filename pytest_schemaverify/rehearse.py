"""What becomes of copies of a database that was built: applied again, rolled back, interrupted."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from psycopg import Connection

from pytest_schemaverify import databases, names
from pytest_schemaverify.build import Files, Target
from pytest_schemaverify.databases import session_as
from pytest_schemaverify.databases.bounds import Bounds, hold
from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.migrations.apply import apply_all
from pytest_schemaverify.migrations.files import Migration, shown
from pytest_schemaverify.rehearsal.cost import Cost, measured
from pytest_schemaverify.rehearsal.crash import Crash, Runs, first_crash
from pytest_schemaverify.rehearsal.files import BASELINE
from pytest_schemaverify.rehearsal.preserved import Fate, followed
from pytest_schemaverify.rehearsal.progress import Progress
from pytest_schemaverify.spec import PreservedTable
from pytest_schemaverify.state import Change, State, differences, state


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of applying files to a copy of the target."""

    failure: str = ""
    """Why they did not apply, if they did not."""
    changes: tuple[Change, ...] = ()
    """How the copy differs from what it should be like."""
    causes: Mapping[str, str] = field(default_factory=dict)
    """File that brought it about, by what has changed, where that is known."""


@contextmanager
def writable(target: Target) -> Iterator[Connection[tuple[object, ...]]]:
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
        hold(connection, bounds, ours=target.server.provider in ("embedded", "local"))
        yield connection


def applied_again(target: Target) -> Rehearsal:
    """Return what changes when the migrations are applied a second time."""
    with writable(target) as connection:
        found = _rehearsal(connection, state(connection), _files(target), target.role)
    if not found.changes:
        return found
    with writable(target) as connection:
        return replace(found, causes=_causes(connection, _files(target), target.role))


def crashed(target: Target, progress: Progress) -> Crash | None:
    """Return the first interruption of the migrations that a second run does not make good."""
    assert target.server is not None
    baseline = target.stages[BASELINE].database
    return first_crash(
        Runs(target.server, baseline, target.applied, target.dsn, target.role), progress
    )


def cost(target: Target) -> Cost:
    """Return what the migrations cost on the rows of the state before."""
    assert target.server is not None
    with databases.copied(target.server, target.stages[BASELINE].database) as dsn:
        return measured(dsn, target.applied, target.role)


def rolled_back(target: Target, files: Files) -> Rehearsal:
    """Return how the database after the rollback differs from the one before the migrations."""
    if not files.rollback or target.before is None:
        return Rehearsal()
    with writable(target) as connection:
        return _rehearsal(connection, target.before, files.rollback, target.role)


def fate(target: Target, name: str, wanted: PreservedTable, schema: str) -> Fate:
    """Return what became of the rows that a table had before the migrations."""
    before = target.stages[BASELINE]
    key = names.qualified(name, schema)
    if not before.catalog.find("tables", key) and not before.catalog.find("views", key):
        return Fate(names.quoted(*key), "", 0, 0, 0, 0, there=False)
    with (
        databases.connect(before.dsn, autocommit=True) as old,
        databases.connect(target.dsn, autocommit=True) as new,
    ):
        return followed(old, new, name, wanted, schema)


def _causes(
    connection: Connection[tuple[object, ...]], files: tuple[Migration, ...], role: str
) -> dict[str, str]:
    """Return which file, applied once more, is the first to change something, by what it is."""
    causes: dict[str, str] = {}
    before = state(connection)
    for migration in files:
        with session_as(connection, role):
            apply_all(connection, [migration])
        after = state(connection)
        for change in differences(before, after):
            causes.setdefault(change.subject, shown(migration.path))
        before = after
    return causes


def _rehearsal(
    connection: Connection[tuple[object, ...]],
    before: State,
    files: tuple[Migration, ...],
    role: str,
) -> Rehearsal:
    try:
        with session_as(connection, role):
            apply_all(connection, files)
    except MigrationFailed as error:
        return Rehearsal(failure=str(error))
    return Rehearsal(changes=tuple(differences(before, state(connection))))


def _files(target: Target) -> tuple[Migration, ...]:
    return tuple(run.migration for run in target.applied)
