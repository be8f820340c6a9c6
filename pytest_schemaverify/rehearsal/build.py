"""A database is built as a recipe says."""

import re
from collections.abc import Container, Iterator
from dataclasses import replace

from pytest_schemaverify import databases
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.databases import Built, Server
from pytest_schemaverify.databases.versions import newer
from pytest_schemaverify.errors import DatabaseUnavailable
from pytest_schemaverify.kinds.snapshot import read, usual
from pytest_schemaverify.migrations.apply import apply_all
from pytest_schemaverify.migrations.global_objects import words
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.rehearsal.progress import Progress, quiet
from pytest_schemaverify.rehearsal.recipe import Recipe
from pytest_schemaverify.rehearsal.stages import Outcome, run
from pytest_schemaverify.rehearsal.target import Target, later, vector
from pytest_schemaverify.sql.row_values import marked
from pytest_schemaverify.sql.secrets import masked


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
                databases.provide(connection, wanted.role, ours=not server.mark)
    return built


def build(
    server: Server,
    wanted: Recipe,
    name: str,
    progress: Progress = quiet,
    families: Container[str] | None = None,
) -> Target:
    """Return what `_built` does; roles that the files make on an existing server go with it.

    Of its catalog these `families` are read at first, by default the usual ones.

    Raises DatabaseUnavailable where such a role of other files is in the way.
    """
    files = (*wanted.first, *(wanted.files.every if wanted.files else ()))
    with databases.roles_marked(server, lambda: words(files)) as marked:
        target = _undisturbed(server, wanted, name, progress, families)
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


def _undisturbed(
    server: Server, wanted: Recipe, name: str, progress: Progress, families: Container[str] | None
) -> Target:
    """Return what `_built` does, without notes of changes where these are what failed."""
    target = _built(server, wanted, name, progress, families)
    if not _OF_NOTES.search(target.failure):
        return target
    unnoted = replace(wanted, wanted=replace(wanted.wanted, blame=False))
    again = _built(server, unnoted, f"{name}_unnoted", progress, families)
    # A role of the first try may be in the way, and its failure says more than that one.
    return target if _ROLE_IS_THERE.search(again.failure) else again


_OF_NOTES = re.compile(r"\bschemaverify_(?:changed|dropped|grants)\(")
"""The server's call stack where an error comes from what notes changes, and not from a file."""


def _built(
    server: Server, wanted: Recipe, name: str, progress: Progress, families: Container[str] | None
) -> Target:
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
        catalog = read(connection, usual() if families is None else families)
    # Checks look at a copy, so that this one stays without connections and can be copied again.
    dsn = databases.clone(server, name, f"{name}_verified")
    later(catalog, dsn)
    as_role = f", migrations run as {wanted.role}" if wanted.role else ""
    description = (
        f"disposable PostgreSQL {server.version} ({server.provider}){vector(catalog)}, "
        f"platform {wanted.platform}{as_role}"
    )
    notes = (
        *newer(catalog.version),
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
        # Whoever raises a warning may have put rows into it.
        f"{marked(masked(notice.message)) if notice.sqlstate else masked(notice.message)}"
        for run in outcome.runs
        for notice in run.notices
        # Our own notices, of commands that were left out, have no SQLSTATE.
        if notice.severity == "WARNING" or not notice.sqlstate
    ]
    # A loop may have made the same warning many times.
    yield from dict.fromkeys(heard[:_MOST])
    if len(heard) > _MOST:
        yield f"and {len(heard) - _MOST} more warnings"


def _stand_ins(available: tuple[str, ...], catalog: Catalog) -> tuple[str, ...]:
    used = [f"{name}{_OTHERWISE.get(name, '')}" for name in _used(available, catalog)]
    return (f"stand-ins in SQL, not the real extensions: {', '.join(used)}",) if used else ()


_OTHERWISE = {"pgcrypto": " (bf is not Blowfish)", "supabase_vault": " (not encrypted)"}
"""What stand-ins keep in another form than the extension."""


def _used(available: tuple[str, ...], catalog: Catalog) -> tuple[str, ...]:
    return tuple(name for name in available if catalog.find("extensions", (name,)))
