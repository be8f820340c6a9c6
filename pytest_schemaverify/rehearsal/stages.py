"""The way from an empty database to the one that is verified, with copies where they are wanted.

The server makes the copies, by `create database … template`, of databases without connections.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.databases import Dsn, Server, session_as
from pytest_schemaverify.errors import MigrationFailed, about
from pytest_schemaverify.kinds.snapshot import read, usual
from pytest_schemaverify.migrations import ledger
from pytest_schemaverify.migrations.apply import Applied, apply_all
from pytest_schemaverify.migrations.failure import FileFailed
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.global_objects import shared
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.rehearsal.files import Files, applied_by
from pytest_schemaverify.rehearsal.history import Recorder
from pytest_schemaverify.rehearsal.moments import UNSEEDED
from pytest_schemaverify.rehearsal.progress import Progress
from pytest_schemaverify.rehearsal.restore import programs, restore
from pytest_schemaverify.rehearsal.state import State, state
from pytest_schemaverify.sql import names

_IN_PUBLIC = (
    "schema_migrations", "flyway_schema_history", "goose_db_version", "_prisma_migrations",
    "pgmigrations", "gorp_migrations", "__diesel_schema_migrations",
)  # fmt: skip
LEDGERS = (
    ("supabase_migrations", "schema_migrations"),
    ("drizzle", "__drizzle_migrations"),
    *(("public", name) for name in _IN_PUBLIC),
)
"""Schema and table of the ledgers of well-known tools, as these make them."""


class Columns(NamedTuple):
    """Which columns of a ledger are looked at; None for those that its runner has."""

    column: str | None = None
    content: str | None = None
    order: str | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """The database at one moment of a rehearsal."""

    database: str
    dsn: Dsn
    catalog: Catalog


@dataclass(slots=True)
class Outcome:
    """What came of applying the files."""

    apply: tuple[Migration, ...]
    """The files that had to be applied: not those that a backup has already."""
    runs: list[Applied] = field(default_factory=list)
    """The files that were applied, with time, notices and mode."""
    failure: str = ""
    """The error of the first file that did not apply; "" if all did."""
    before: State | None = None
    """What the database held before; None if no check compares with it."""
    stages: dict[str, Stage] = field(default_factory=dict)
    """By version; `before` is before the first."""
    notes: list[str] = field(default_factory=list)
    recorder: Recorder = field(default_factory=Recorder)
    """Which statement touched which object."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The moments on the way whose state the checks need."""

    at: Sequence[str] = ()
    """Versions after which a check looks at the database."""
    before: bool = False
    """Whether a check compares the state before with that after a rollback."""
    ledgers: Sequence[tuple[str, str, Columns]] = ()
    """Tables that say which files a backup has, besides those of well-known tools."""
    role: str = ""
    """Role that runs the files; "" is the superuser."""
    blame: bool = True
    """Whether it is noted which statement changes what."""


def run(
    server: Server, name: str, dsn: Dsn, files: Files, wanted: Wanted, progress: Progress
) -> Outcome:
    """Take a fresh database through the state before and the migrations.

    Raises MigrationFailed for a file of the state before, DatabaseUnavailable, and WrongValue or
    ConfigError for a backup that cannot be read.
    """
    outcome = Outcome(files.apply, recorder=Recorder(wanted.blame))
    if files.backup is not None:
        with databases.connect(dsn, autocommit=True) as connection:
            with about("migrations", "before", setting=files.option):
                restored = restore(connection, files.backup, programs(connection), progress)
            # pg_dump writes no statistics by default; plans would be others without.
            connection.execute("analyze")
            outcome.notes += [f"backup: {files.backup.name}", *restored.notes()]
    with databases.connect(dsn, autocommit=True) as connection:
        with (
            outcome.recorder.recording(connection, files.before) as number,
            session_as(connection, wanted.role),
        ):
            _before(connection, files, number)
        if files.backup is not None and not files.listed:
            _narrow(connection, outcome, wanted)
        if wanted.before:
            progress("reading the state before", 0, 0)
            outcome.before = state(connection, ours=not server.mark)
    # A version that the backup has already counts as far as the files that are left.
    stops = {
        version: sum(
            one in outcome.apply for one in files.apply[: applied_by(files.apply, version)]
        )
        for version in wanted.at
    }
    if files.after:
        stops[UNSEEDED] = len(outcome.apply)
    _apply(server, name, dsn, outcome, stops, progress, role=wanted.role)
    if files.after and not outcome.failure:
        _seed(dsn, files.after, outcome, wanted.role)
    return outcome


_MISSING = ("3F000", "42703", "42704", "42883", "42P01")
"""SQLSTATEs for schemas, columns, types, functions and tables that are not there."""


def _before(connection: Connection[Any], files: Files, number: int | None) -> None:
    """Run the files of the state before. Raises FileFailed, with a word on a seed that is early."""
    try:
        apply_all(connection, files.before, number=number)
    except FileFailed as error:
        failure = error.failure
        early = failure.path in {one.path for one in files.seed} and failure.sqlstate in _MISSING
        if not early or failure.remedy:
            raise
        remedy = (
            "`seed` runs before the migrations; for rows of what they make, as in Supabase's"
            f" seed.sql, write `seed: {{after: {shown(failure.path)}}}`"
        )
        raise FileFailed(replace(failure, remedy=remedy)) from None


def _seed(dsn: Dsn, files: Sequence[Migration], outcome: Outcome, role: str) -> None:
    """Run the files of rows that follow the migrations."""
    try:
        with (
            databases.connect(dsn, autocommit=True) as connection,
            # It should make rows alone. What else it changes is not to be blamed on a migration.
            outcome.recorder.recording(connection, files) as number,
            session_as(connection, role),
        ):
            apply_all(connection, files, number=number)
    except MigrationFailed as error:
        outcome.failure = str(error)


def _apply(
    server: Server,
    name: str,
    dsn: Dsn,
    outcome: Outcome,
    stops: Mapping[str, int],
    progress: Progress,
    *,
    role: str,
) -> None:
    """Apply the files and keep a copy at each stop."""
    applied = 0
    for stop in sorted({0, *stops.values(), len(outcome.apply)}):
        # A connection for each part: to be copied, a database must have none.
        try:
            with (
                databases.connect(dsn, autocommit=True) as connection,
                outcome.recorder.recording(connection, outcome.apply[applied:stop]) as number,
                session_as(connection, role),
            ):
                outcome.runs += _segment(connection, outcome.apply, applied, stop, progress, number)
        except MigrationFailed as error:
            outcome.failure = str(error)
            return
        applied = stop
        if stop in stops.values():
            progress("copying the database", 0, 0)
            copy = f"{name}_at_{stop}"
            its = databases.clone(server, name, copy)
            with databases.connect(its, autocommit=True) as connection:
                stage = Stage(copy, its, read(connection, usual()))
            # A later file that drops a role must not be refused because of what is ours alone.
            if not server.mark and shared(outcome.apply[stop:]):
                databases.let_go(server, copy)
            outcome.stages |= {version: stage for version, at in stops.items() if at == stop}


def _segment(
    connection: Connection[Any],
    migrations: Sequence[Migration],
    start: int,
    stop: int,
    progress: Progress,
    number: int | None,
) -> list[Applied]:
    def told(index: int, total: int, migration: Migration) -> None:
        progress(f"applying {migration.called}", start + index, len(migrations))

    try:
        return apply_all(connection, migrations[start:stop], told, number)
    except FileFailed as error:
        later = (migration.path for migration in migrations[stop:])
        raise error.before([*error.failure.not_run, *later]) from None


def _narrow(connection: Connection[Any], outcome: Outcome, wanted: Wanted) -> None:
    """Leave out the migrations that a backup has already, by the first ledger that is in it."""
    for schema, table, columns in (*wanted.ledgers, *((*one, Columns()) for one in LEDGERS)):
        there = [name for (name,) in connection.execute(_COLUMNS, [names.quoted(schema, table)])]
        if not there or (columns.column and columns.column not in there):
            continue
        listed = ledger.book(
            table, (schema, table), columns, there,
            lambda query: connection.execute(query).fetchall(), outcome.apply, (),
        )  # fmt: skip
        done = {line.migration.path for line in listed.lines if line.migration and line.done}
        total = len(outcome.apply)
        outcome.apply = tuple(one for one in outcome.apply if one.path not in done)
        had = total - len(outcome.apply)
        outcome.notes.append(f"{had} of {total} migrations are in its {table}")
        return


_COLUMNS = """
    select attname::text from pg_catalog.pg_attribute
    where attrelid = pg_catalog.to_regclass(%s) and attnum > 0 and not attisdropped order by attnum
"""
