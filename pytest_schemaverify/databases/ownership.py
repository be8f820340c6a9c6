"""Which databases on somebody's server are ours: those marked with the run that made them."""

import os
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import Connection, sql

from pytest_schemaverify.errors import DatabaseUnavailable

MARK = "pytest-schemaverify run "
"""A database's comment begins so; the run's number follows."""

KEPT = "pytest-schemaverify kept"
"""The comment of a database that stays until somebody drops it."""

ROLE_MARK = "created by pytest-schemaverify"
"""The comment of a role that a platform needed and the server did not have."""

UNFINISHED = "schemaverify-new-"
"""What a database is called until it has its comment; no name that we give looks like this."""

LOCKS = 1_935_894_637
"""The first number of our advisory locks; the second one is a run's, held as long as it lives."""

OURS = rf"""
select m.datname, m.run, exists (
    select
    from pg_catalog.pg_locks l
    where l.locktype = 'advisory' and l.classid = {LOCKS}::oid and l.objid = m.run::oid
        and l.objsubid = 2 and l.granted
) as alive
from (
    select d.datname, coalesce(
        pg_catalog.substring(pg_catalog.shobj_description(d.oid, 'pg_database'), '^{MARK}(\d+)$'),
        pg_catalog.substring(d.datname::text, '^{UNFINISHED}(\d+)-[0-9a-f]+$')
    )::bigint as run
    from pg_catalog.pg_database d
) m
where m.run is not null
order by m.datname
"""


def new_run() -> int:
    """Return a number for a run."""
    return int.from_bytes(os.urandom(4)) >> 1 or 1


def hold(connection: Connection[Any], run: int) -> None:
    """Let everybody see that the run is alive, as long as the connection is."""
    if connection.info.server_version >= 140000:
        connection.execute("set idle_session_timeout = 0")
    connection.execute("select pg_catalog.pg_advisory_lock(%s, %s)", [LOCKS, run])


def create(connection: Connection[Any], mark: str, name: str, template: str) -> None:
    """Create a marked database; killed half-way, its name shows that it is ours.

    Raises DatabaseUnavailable when there is a database of that name.
    """
    unfinished = f"{UNFINISHED}{mark.removeprefix(MARK)}-{os.urandom(6).hex()}"
    for statement in (
        sql.SQL("create database {} template {}").format(
            sql.Identifier(unfinished), sql.Identifier(template)
        ),
        sql.SQL("comment on database {} is {}").format(
            sql.Identifier(unfinished), sql.Literal(mark)
        ),
    ):
        connection.execute(statement)
    rename = sql.SQL("alter database {} rename to {}")
    try:
        connection.execute(rename.format(sql.Identifier(unfinished), sql.Identifier(name)))
    except psycopg.errors.DuplicateDatabase:
        drop(connection, [unfinished])
        raise DatabaseUnavailable(
            f"creating the database {name}",
            because="the server has one of that name",
            remedy="it is not touched; drop it yourself if nobody needs it",
        ) from None


def require_ours(connection: Connection[Any], mark: str, name: str, tried: str) -> None:
    """Raise DatabaseUnavailable when a database is there, but not one that this run made."""
    row = connection.execute(
        "select pg_catalog.shobj_description(d.oid, 'pg_database')"
        " from pg_catalog.pg_database d where d.datname = %s",
        [name],
    ).fetchone()
    if row is not None and row[0] != mark:
        raise DatabaseUnavailable(
            f"{tried} {name}",
            because="it is somebody else's: it does not have the mark of this run",
            remedy="only databases that the run has made are touched on an existing server",
        )


def drop(connection: Connection[Any], names: Iterable[str]) -> None:
    """Drop databases as far as that is allowed; what stays is left to the next run."""
    for name in names:
        with suppress(psycopg.Error):
            connection.execute(
                sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
            )


def drop_abandoned(connection: Connection[Any]) -> None:
    """Drop the databases of runs that are dead."""
    found = connection.execute(OURS).fetchall()
    drop(connection, [name for name, _, alive in found if not alive])


def drop_own(connection: Connection[Any], run: int) -> None:
    """Drop what a run has made; the last one to leave takes the platforms' roles along."""
    found = connection.execute(OURS).fetchall()
    drop(connection, [name for name, its, _ in found if its == run])
    others = connection.execute(
        "select from pg_catalog.pg_locks l where l.locktype = 'advisory' and l.classid = %s::oid"
        " and l.objsubid = 2 and l.objid <> %s::oid",
        [LOCKS, run],
    ).fetchone()
    if others is None:
        _drop_roles(connection)


def keep_own(connection: Connection[Any], run: int) -> None:
    """Mark what a run has made as what stays until somebody drops it."""
    for name, its, _ in connection.execute(OURS).fetchall():
        if its == run:
            mark = sql.SQL("comment on database {} is {}")
            connection.execute(mark.format(sql.Identifier(name), sql.Literal(KEPT)))


def _drop_roles(connection: Connection[Any]) -> None:
    """Drop the roles that are marked, except those that something depends on."""
    roles = connection.execute(
        "select r.rolname from pg_catalog.pg_roles r"
        " where pg_catalog.shobj_description(r.oid, 'pg_authid') = %s order by r.rolname",
        [ROLE_MARK],
    ).fetchall()
    for (name,) in roles:
        with suppress(psycopg.Error):
            connection.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))
