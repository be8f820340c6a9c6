"""The database that a file of expectations is verified against, and how it came to be."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.catalog import Catalog, read
from pytest_schemaverify.config import Config
from pytest_schemaverify.databases import Built, Dsn, Server
from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.migrations.apply import apply_all
from pytest_schemaverify.migrations.choose import matching
from pytest_schemaverify.migrations.files import Migration, MigrationSet
from pytest_schemaverify.migrations.read import read as read_directory
from pytest_schemaverify.spec import Spec
from pytest_schemaverify.state import Change, State, differences, state


@dataclass(frozen=True, slots=True)
class Files:
    """The migration files of a project, each with its part in the story."""

    directory: MigrationSet
    baseline: tuple[Migration, ...]
    apply: tuple[Migration, ...]
    rollback: tuple[Migration, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of applying files to a copy of the target."""

    failure: str = ""
    """Why they did not apply, if they did not."""
    changes: tuple[Change, ...] = ()
    """How the copy differs from what it should be like."""


@dataclass(frozen=True, slots=True)
class Target:
    """The database to verify, as it was found or built: plain values, so it can be handed on."""

    dsn: Dsn
    description: str
    """One line: which server, which version, which platform."""
    notes: tuple[str, ...]
    catalog: Catalog
    server: Server | None = None
    """Where it was built; None for a database that was there."""
    template: str = ""
    """Name of a copy that nobody connects to, to be cloned by what writes."""
    failure: str = ""
    """Why the migrations did not apply, if they did not."""
    before: State | None = None
    """What the database held before the migrations."""


def find_files(spec: Spec, folder: Path, config: Config) -> Files | None:
    """Return the migration files that a file of expectations, or an option, names.

    Raises ConfigError when a folder or a pattern leads nowhere.
    """
    wanted = spec.migrations
    if wanted is None and not config.migrations:
        return None
    directory = Path(config.migrations) if config.migrations else None
    directory = (directory or folder / (wanted.directory if wanted else "")).resolve()
    found = read_directory(directory)
    if wanted is None:
        return Files(found, (), found.migrations, found.down)
    chosen = {
        name: matching(directory, getattr(wanted, name) or [], setting=f"migrations.{name}")
        for name in ("baseline", "seed", "apply", "rollback")
    }
    before = (*chosen["baseline"], *chosen["seed"])
    elsewhere = [migration.path for migration in (*before, *chosen["rollback"])]
    return Files(
        found, before, chosen["apply"] or found.without(elsewhere), chosen["rollback"] or found.down
    )


def live(dsn: Dsn) -> Target:
    """Return an existing database as a target; it is only read."""
    with databases.connect(dsn, read_only=True) as connection:
        catalog = read(connection)
        where = databases.redacted(dsn)
        description = (
            f"{where}, PostgreSQL {_version(catalog.version)}{_vector(catalog)}, read-only"
        )
        connection.rollback()
    return Target(dsn, description, (), catalog)


def fresh(server: Server, spec: Spec, name: str) -> Built:
    """Return a new database with what the file wants there before any migration.

    Raises DatabaseUnavailable when there can be none.
    """
    return databases.create(
        server, name=name, platform=_platform(spec), extensions=_extensions(spec)
    )


def build(server: Server, spec: Spec, files: Files | None, name: str) -> Target:
    """Return a new database with the platform, the baseline and the migrations applied.

    A migration that fails is a finding, not an error: the target says so and has the state before
    it. Raises DatabaseUnavailable when there can be no database, MigrationFailed for the baseline.
    """
    built = fresh(server, spec, name)
    failure, before = "", None
    with databases.connect(built.dsn, autocommit=True) as connection:
        if files is not None:
            apply_all(connection, files.baseline)
            before = state(connection)
            try:
                apply_all(connection, files.apply)
            except MigrationFailed as error:
                failure = str(error)
        catalog = read(connection)
    copy = f"{name}_verified"
    dsn = databases.clone(server, name, copy)
    description = (
        f"disposable PostgreSQL {server.version} ({server.provider}){_vector(catalog)}, "
        f"platform {_platform(spec)}"
    )
    notes = (*server.notes, *_stand_ins(built.stand_ins, catalog))
    return Target(dsn, description, notes, catalog, server, name, failure, before)


@contextmanager
def writable(target: Target, purpose: str) -> Iterator[Connection[tuple[object, ...]]]:
    """Yield a connection to a copy of the target, dropped afterwards."""
    if target.server is None:
        raise ValueError("somebody's database is only read")
    name = f"{target.template}_{purpose}"
    dsn = databases.clone(target.server, target.template, name)
    try:
        with databases.connect(dsn, autocommit=True) as connection:
            yield connection
    finally:
        databases.drop(target.server, name)


def applied_again(target: Target, files: Files) -> Rehearsal:
    """Return what changes when the migrations are applied a second time."""
    with writable(target, "again") as connection:
        return _rehearsal(connection, state(connection), files.apply)


def rolled_back(target: Target, files: Files) -> Rehearsal:
    """Return how the database after the rollback differs from the one before the migrations."""
    if not files.rollback or target.before is None:
        return Rehearsal()
    with writable(target, "back") as connection:
        return _rehearsal(connection, target.before, files.rollback)


def _rehearsal(
    connection: Connection[tuple[object, ...]], before: State, files: tuple[Migration, ...]
) -> Rehearsal:
    try:
        apply_all(connection, files)
    except MigrationFailed as error:
        return Rehearsal(failure=str(error))
    return Rehearsal(changes=tuple(differences(before, state(connection))))


def _platform(spec: Spec) -> str:
    return spec.database.platform if spec.database else "postgres"


def _extensions(spec: Spec) -> dict[str, str | None]:
    wanted = spec.database and spec.database.extensions
    return {
        name: getattr(extension, "schema_", None)
        for name, extension in (wanted.items() if wanted else ())
        if not extension.absent
    }


def _vector(catalog: Catalog) -> str:
    extension = catalog.find("extensions", ("vector",))
    return f", pgvector {extension.version}" if extension else ""


def _stand_ins(available: tuple[str, ...], catalog: Catalog) -> tuple[str, ...]:
    used = [name for name in available if catalog.find("extensions", (name,))]
    return (f"stand-ins in SQL, not the real extensions: {', '.join(used)}",) if used else ()


def _version(number: int) -> str:
    return f"{number // 10000}.{number % 10000}"
