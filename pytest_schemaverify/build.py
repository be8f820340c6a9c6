"""The database that a file of expectations is verified against, and how it came to be."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg import Connection, sql

from pytest_schemaverify import databases
from pytest_schemaverify.catalog import Catalog, Difference, diff, read
from pytest_schemaverify.config import Config
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.migrations.apply import apply_all
from pytest_schemaverify.migrations.choose import matching
from pytest_schemaverify.migrations.files import Migration, MigrationSet
from pytest_schemaverify.migrations.read import read as read_directory
from pytest_schemaverify.spec import Spec

Rows = Mapping[tuple[str, ...], tuple[int, str]]
"""Number of rows and a sum over their content, by table; the order of rows does not matter."""


@dataclass(frozen=True, slots=True)
class Files:
    """The migration files of a project, each with its part in the story."""

    directory: MigrationSet
    baseline: tuple[Migration, ...]
    apply: tuple[Migration, ...]
    rollback: tuple[Migration, ...]


@dataclass(frozen=True, slots=True)
class State:
    """What a database held at one moment."""

    catalog: Catalog
    rows: Rows


@dataclass(frozen=True, slots=True)
class Target:
    """The database to verify, as it was found or built. Plain values, so that it can be handed on."""

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
    rollback = matching(directory, wanted.rollback, setting="migrations.rollback")
    own = {migration.path for migration in rollback}
    return Files(
        found,
        (
            *matching(directory, wanted.baseline, setting="migrations.baseline"),
            *matching(directory, wanted.seed, setting="migrations.seed"),
        ),
        tuple(m for m in found.migrations if m.path not in own)
        if wanted.apply is None
        else matching(directory, wanted.apply, setting="migrations.apply"),
        rollback or found.down,
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


def build(server: Server, spec: Spec, files: Files | None, name: str) -> Target:
    """Return a new database with the platform, the baseline and the migrations applied.

    A migration that fails is a finding, not an error: the target says so and has the state before
    it. Raises DatabaseUnavailable when there can be no database, MigrationFailed for the baseline.
    """
    platform = spec.database.platform if spec.database else "postgres"
    built = databases.create(server, name=name, platform=platform, extensions=_extensions(spec))
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
        f"platform {platform}"
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


def applied_again(target: Target, files: Files) -> list[str]:
    """Return what changes when the migrations are applied a second time.

    Raises MigrationFailed when one of them then fails.
    """
    with writable(target, "again") as connection:
        before = state(connection)
        apply_all(connection, files.apply)
        return differences(before, state(connection))


def rolled_back(target: Target, files: Files) -> list[str]:
    """Return how the database after the rollback differs from the one before the migrations.

    Raises MigrationFailed when the rollback fails.
    """
    with writable(target, "back") as connection:
        apply_all(connection, files.rollback)
        before = target.before
        return differences(before, state(connection)) if before else []


def state(connection: Connection[tuple[object, ...]]) -> State:
    """Return the catalog and a digest of every table's rows."""
    catalog = read(connection)
    # The sum of 60 bits of each row's digest: equal for equal rows in any order, and doubled rows
    # do not cancel each other. As jsonb a row has its columns sorted by name.
    query = sql.SQL(
        "select pg_catalog.count(*), coalesce(pg_catalog.sum(('x' || pg_catalog.left("
        "pg_catalog.md5(pg_catalog.to_jsonb(r)::text), 15))::bit(60)::bigint), 0)::text from {} as r"
    )
    rows = {}
    for key, table in catalog.families["tables"].items():
        if table.kind == "table":
            count, digest = connection.execute(query.format(sql.Identifier(*key))).fetchone() or (
                0,
                "",
            )
            rows[key] = (int(str(count)), str(digest))
    return State(catalog, rows)


def differences(before: State, after: State) -> list[str]:
    """Return what differs between two states, a line each."""
    lines = [_line(difference) for difference in diff(before.catalog, after.catalog)]
    for key in sorted({*before.rows, *after.rows}):
        old, new = before.rows.get(key, (0, "")), after.rows.get(key, (0, ""))
        if old != new and key in before.rows and key in after.rows:
            counts = f"{old[0]} rows before, {new[0]} after" if old[0] != new[0] else (
                f"the content of its {old[0]} rows has changed"
            )  # fmt: skip
            lines.append(f"rows of {'.'.join(key)}: {counts}")
    return lines


def _line(difference: Difference) -> str:
    name = f"{difference.family} {'.'.join(filter(None, difference.key))}"
    if not difference.attribute:
        return f"{name}: {difference.after}"
    return f"{name}: {difference.attribute} was {difference.before}, is {difference.after}"


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
