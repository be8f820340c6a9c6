"""The database that a file of expectations is verified against, and how it came to be."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pytest_schemaverify import databases
from pytest_schemaverify.canonical.server_errors import reason, unavailable
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.catalog.gaps import gaps
from pytest_schemaverify.databases import Built, Dsn, Server, Wish
from pytest_schemaverify.databases.reader_role import advice
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.errors import DatabaseUnavailable, Refused, about
from pytest_schemaverify.errors.internal_errors import described
from pytest_schemaverify.kinds.contract import Spec
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.migrations.apply import Applied, apply_all
from pytest_schemaverify.migrations.file_patterns import scripts
from pytest_schemaverify.migrations.files import Migration, shown
from pytest_schemaverify.migrations.global_objects import words
from pytest_schemaverify.rehearsal.files import BEFORE, UNSEEDED, Files, find_files
from pytest_schemaverify.rehearsal.history import Recorder
from pytest_schemaverify.rehearsal.progress import Progress, quiet
from pytest_schemaverify.rehearsal.stages import Columns, Outcome, Stage, Wanted, run
from pytest_schemaverify.rehearsal.state import State
from pytest_schemaverify.sql import names
from pytest_schemaverify.sql.secrets import masked

__all__ = [
    "HERE", "Files", "Recipe", "Target", "build", "find_files", "fresh", "live", "migrator",
    "prepared_by", "recipe", "wish",
]  # fmt: skip

HERE = Path()
"""The folder that relative paths start at where no other is given."""


@dataclass(frozen=True, slots=True)
class Target:
    """The database to verify, as it was found or built: plain values, so it can be handed on."""

    dsn: Dsn
    description: str
    """One line: which server, which version, which platform."""
    notes: tuple[str, ...]
    catalog: Catalog
    server: Server | None = None
    """The server on which it was built; None for an existing database."""
    template: str = ""
    """Name of a copy without connections, from which checks that write make their own copies."""
    failure: str = ""
    """Why the migrations did not apply, if they did not."""
    before: State | None = None
    """The state before the migrations; None if no check compares with it."""
    applied: tuple[Applied, ...] = ()
    """The files that were applied, and how; not those that a backup had already."""
    stages: Mapping[str, Stage] = field(default_factory=dict)
    """The database on the way, by version; `before` is before the first."""
    role: str = ""
    """The role that ran the migrations; '' is the superuser."""
    stand_ins: tuple[str, ...] = ()
    """Extensions that are installed and are not the real ones."""
    recorder: Recorder | None = None
    """Which statement touched which object; None where that was not noted."""

    def at(self, stage: str) -> "Target":
        """Return the database right after a version; if that was not reached, this one."""
        reached = self.stages.get(stage)
        if reached is None:
            return self
        return replace(
            self, dsn=reached.dsn, catalog=reached.catalog, template=reached.database, failure="",
            # Nothing has been seeded at a moment on the way either.
            stages={name: one for name, one in self.stages.items() if name != UNSEEDED},
        )  # fmt: skip


def live(dsn: Dsn) -> Target:
    """Return an existing database as a target; it is only read."""
    where = databases.redacted(dsn)
    try:
        with databases.reader(dsn) as reader:
            catalog = _read_twice(reader, f"reading the catalog of {where}")
            notes = advice(reader)
    except Refused as error:
        raise unavailable(f"reading the catalog of {where}", error) from None
    description = f"{where}, PostgreSQL {_version(catalog.version)}{_vector(catalog)}, read-only"
    return Target(dsn, description, notes, catalog)


def _read_twice(reader: Reader, tried: str) -> Catalog:
    """Return the catalog; read once more where what the snapshot has was dropped meanwhile.

    The functions that describe objects (pg_get_viewdef and the like) look at the catalog as it is
    now: of what is gone they return NULL, or raise one of several errors. Raises
    DatabaseUnavailable, or Refused.
    """
    for again in (False, True):
        try:
            if again:
                reader.begin()
            catalog = read(reader)
            missing = next(gaps(catalog), "")
            if not missing:
                return catalog
            problem = f"{missing} was dropped meanwhile"
        except DatabaseUnavailable:
            raise
        except Refused as error:
            if error.state.startswith(_LASTING):
                raise
            problem = reason(error)
        except Exception as error:
            problem = described(error)
    raise DatabaseUnavailable(
        tried,
        because=f"it was read twice, and both times something went wrong: {problem}",
        remedy="try again while nobody changes the schema; if it happens again, please report "
        "these lines, and what `pytest -VV` prints",
    )


_LASTING = ("42501", "53", "54", "55", "57", "58")
"""SQLSTATEs, or their first two characters, for missing privileges, memory or time.

Asking again changes nothing: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The inputs from which a database is built, besides the server, the clock and chance."""

    platform: str
    extensions: Mapping[str, str | None]
    """By name the schema, if one is named."""
    first: tuple[Migration, ...]
    """The project's own scripts, run after the platform's."""
    role: str
    """The role that runs the migrations; '' is the superuser."""
    files: Files | None
    wanted: Wanted
    """The moments on the way that have to be kept."""


def recipe(
    spec: Spec,
    files: Files | None,
    folder: Path,
    *,
    rollback: bool = False,
    costs: bool = False,
    blame: bool = True,
) -> Recipe:
    """Return the recipe for the database of a file of expectations in that folder.

    `rollback` says that it is rolled back, although the file does not ask for it; `blame`, that it
    is noted which statement changes what. Raises WrongValue when a script is not there.
    """
    first = prepared_by(spec, folder)
    at = replace(_wanted(spec, rollback=rollback, costs=costs), blame=blame)
    return Recipe(_platform(spec), _extensions(spec), first, migrator(spec), files, at)


def prepared_by(spec: Spec, folder: Path) -> tuple[Migration, ...]:
    """Return the project's own scripts before the migrations. Raises WrongValue for a missing one.

    Scripts that give rows to `access` come later; that they are there is seen here, too.
    """
    wanted = spec.database
    given = spec.access.given if spec.access else None
    with about("access", "given"):
        scripts(folder, given.sql if given else [], setting="access.given")
    with about("database", "platform"):
        extra = scripts(folder, wanted.platform.extra if wanted else [], setting="platform.extra")
    with about("database", "prepare"):
        prepare = scripts(folder, wanted.prepare if wanted else [], setting="database.prepare")
    return (*extra, *prepare)


def fresh(server: Server, wanted: Recipe, name: str) -> Built:
    """Return a new database with its extensions and scripts, before the migrations.

    Raises DatabaseUnavailable when there can be none, MigrationFailed when a script of the
    platform's or the project's own fails.
    """
    built = databases.create(
        server, name=name, platform=wanted.platform, extensions=wanted.extensions
    )
    if wanted.first or wanted.role:
        with databases.connect(built.dsn, autocommit=True) as connection:
            apply_all(connection, wanted.first)
            if wanted.role:
                databases.provide(connection, wanted.role)
    return built


def wish(spec: Spec) -> Wish:
    """Return the kind of server that a file needs: `postgres` can be a superuser or none."""
    supabase, role = _platform(spec) == "supabase", migrator(spec)
    superuser = "supabase_admin" if supabase else "superuser"
    return Wish(
        superuser if role == Wish().superuser else Wish().superuser,
        trusted=supabase and bool(role),
    )


def migrator(spec: Spec) -> str:
    """Return the role that the migrations run as; '' is the superuser."""
    return (spec.migrations.role if spec.migrations else None) or ""


def build(server: Server, wanted: Recipe, name: str, progress: Progress = quiet) -> Target:
    """Return what `_built` does; roles that the files make on an existing server go with it.

    Raises DatabaseUnavailable where such a role of other files is in the way.
    """
    files = (*wanted.first, *(wanted.files.every if wanted.files else ()))
    with databases.roles_marked(server, lambda: words(files)) as marked:
        target = _undisturbed(server, wanted, name, progress)
    there = _ROLE_IS_THERE.search(target.failure)
    if there and there["name"] in marked:
        raise DatabaseUnavailable(
            "applying the migrations",
            because=f"the role {there['name']} is there: another file of expectations, or another "
            "run, has made it on this server",
            remedy="let the files make it only where pg_catalog.pg_roles lacks it, or use a"
            " disposable server: --schema-database=embedded, local or container",
        )
    return target


_ROLE_IS_THERE = re.compile(r'role "(?P<name>[^"]+)" already exists')


def _undisturbed(server: Server, wanted: Recipe, name: str, progress: Progress) -> Target:
    """Return what `_built` does, without notes of changes where these are what failed."""
    target = _built(server, wanted, name, progress)
    if not _OF_NOTES.search(target.failure):
        return target
    unnoted = replace(wanted, wanted=replace(wanted.wanted, blame=False))
    again = _built(server, unnoted, f"{name}_unnoted", progress)
    # A role of the first try may be in the way, and its failure says more than that one.
    return target if _ROLE_IS_THERE.search(again.failure) else again


_OF_NOTES = re.compile(r"\bschemaverify_(?:changed|dropped|grants)\(")
"""The server's call stack where an error comes from what notes changes, and not from a file."""


def _built(server: Server, wanted: Recipe, name: str, progress: Progress) -> Target:
    """Return a new database with the platform, the state before and the migrations applied.

    A migration that fails is a finding, not an error: the target says so and has the state before
    it. Raises DatabaseUnavailable when there can be no database, MigrationFailed for the
    files of the state before and for what runs in front of them.
    """
    built = fresh(server, wanted, name)
    outcome = Outcome(())
    if wanted.files is not None:
        outcome = run(server, name, built.dsn, wanted.files, wanted.wanted, progress)
    # Read before the copy is made: a template must have no connections, not even ours.
    with databases.connect(built.dsn, autocommit=True) as connection:
        catalog = read(connection)
    # Checks look at a copy, so that this one stays without connections and can be copied again.
    dsn = databases.clone(server, name, f"{name}_verified")
    as_role = f", migrations run as {wanted.role}" if wanted.role else ""
    description = (
        f"disposable PostgreSQL {server.version} ({server.provider}){_vector(catalog)}, "
        f"platform {wanted.platform}{as_role}"
    )
    notes = (
        *server.notes,
        *_stand_ins(built.stand_ins, catalog),
        *outcome.notes,
        *_warned(outcome),
    )
    return Target(
        dsn, description, notes, catalog, server, name, outcome.failure, outcome.before,
        tuple(outcome.runs), outcome.stages, wanted.role, _used(built.stand_ins, catalog),
        outcome.recorder if outcome.recorder.on else None,
    )  # fmt: skip


_MOST = 5
"""Warnings that are shown."""


def _warned(outcome: Outcome) -> Iterator[str]:
    """Yield the server's warnings while the migrations ran, and the commands that were left out."""
    heard = [
        f"{shown(notice.path or run.migration.path)}{f':{notice.line}' if notice.line else ''}: "
        f"{masked(notice.message)}"
        for run in outcome.runs
        for notice in run.notices
        # Our own notices, of commands that were left out, have no SQLSTATE.
        if notice.severity == "WARNING" or not notice.sqlstate
    ]
    # A loop may have made the same warning many times.
    yield from dict.fromkeys(heard[:_MOST])
    if len(heard) > _MOST:
        yield f"and {len(heard) - _MOST} more warnings"


def _wanted(spec: Spec, *, rollback: bool, costs: bool) -> Wanted:
    """Return which moments on the way the checks of a file look at."""
    if spec.migrations is None:
        return Wanted([BEFORE] if costs else [], rollback)  # there is no role either
    at = [version for version, _ in spec.migrations.at.items()] if spec.migrations.at else []
    stages = [stage for _, stage in spec.migrations.at.items()] if spec.migrations.at else []
    data = [spec.data, *(stage.data for stage in stages)]
    followed = any(one is not None and one.preserved for one in data)
    # Rows that have to stay, costs and interruptions begin with the state before the migrations.
    if followed or costs or spec.migrations.resumable or spec.migrations.budget:
        at.append(BEFORE)
    schema = spec.defaults.schema_
    own, version = spec.migrations.ledger, spec.schema_version
    ledgers = []
    if own is not None:
        columns = Columns(own.column, own.content, own.order)
        ledgers.append((*names.qualified(own.table, schema), columns))
    if version is not None:
        ledgers.append((*names.qualified(version.table, schema), Columns(version.column)))
    back = rollback or bool(spec.migrations.reversible)
    return Wanted(at, back, ledgers, migrator(spec))


def _platform(spec: Spec) -> str:
    return spec.database.platform.name if spec.database else "postgres"


def _extensions(spec: Spec) -> dict[str, str | None]:
    wanted = spec.database and spec.database.extensions
    return {
        name: extension.schema_ if isinstance(extension.schema_, str) else None
        for name, extension in (wanted.items() if wanted else ())
        if not extension.absent
    }


def _vector(catalog: Catalog) -> str:
    extension = catalog.find("extensions", ("vector",))
    return f", pgvector {extension.version}" if extension else ""


def _stand_ins(available: tuple[str, ...], catalog: Catalog) -> tuple[str, ...]:
    used = [f"{name}{_OTHERWISE.get(name, '')}" for name in _used(available, catalog)]
    return (f"stand-ins in SQL, not the real extensions: {', '.join(used)}",) if used else ()


_OTHERWISE = {"pgcrypto": " (bf is not Blowfish)", "supabase_vault": " (not encrypted)"}
"""What stand-ins keep in another form than the extension."""


def _used(available: tuple[str, ...], catalog: Catalog) -> tuple[str, ...]:
    return tuple(name for name in available if catalog.find("extensions", (name,)))


def _version(number: int) -> str:
    # Since PostgreSQL 10 the minor version is the rest: 180006 is 18.6.
    return f"{number // 10000}.{number % 10000}"
