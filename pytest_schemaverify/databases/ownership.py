"""Tells our databases on an existing server from others: they are marked with the run's number.

A comment can be read by everybody, belongs to one database, and goes with it. It needs no table of
ours, which would have to be in some database of the user's.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import Connection, sql

from pytest_schemaverify.errors import DatabaseUnavailable

MARK = "pytest-schemaverify run "
"""The beginning of a database's comment; the run's number follows."""

KEPT = "pytest-schemaverify kept"
"""The comment of a database that stays until a user drops it."""

ROLE_MARK = "created by pytest-schemaverify"
"""The comment of a role that a platform or a file made and the server did not have."""

UNFINISHED = "schemaverify-new-"
"""The beginning of a database's name until it has its comment; we give no other name like this."""

LOCKS = 1_935_894_637
"""The first key of our advisory locks; the second key is the number of a run that is alive.

https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

# In pg_locks a lock with two keys has the first as classid, the second as objid, and objsubid 2;
# one with a single key of 64 bits has 1. Locks count per database, but ours are looked for in all,
# since runs may connect to different maintenance databases.
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
    """Return a random number for a run, from 1 to 2^31 - 1."""
    # The keys of an advisory lock are two int4, which leaves 31 bits without the sign.
    return int.from_bytes(os.urandom(4)) >> 1 or 1


def mark_alive(connection: Connection[Any], run: int) -> None:
    """Mark a run as alive by a lock, which the server drops when the connection ends."""
    # The connection only waits. PostgreSQL 14 has a time-out that would end it.
    if connection.info.server_version >= 140000:
        connection.execute("set idle_session_timeout = 0")
    connection.execute("select pg_catalog.pg_advisory_lock(%s, %s)", [LOCKS, run])


def create(connection: Connection[Any], mark: str, name: str, template: str) -> None:
    """Create a marked database. If this is killed half-way, the name shows that it is ours.

    Raises DatabaseUnavailable when there is a database of that name.
    """
    # `create database` takes no comment and runs in no transaction, so there is a moment in which
    # the database has none. It gets its name when it has the comment.
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
    """Raise DatabaseUnavailable if there is a database of a name, and this run has not made it."""
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
    """Drop databases as far as the role may; the next run tries again."""
    for name in names:
        with suppress(psycopg.Error):
            drop_now(connection, name)


def drop_now(connection: Connection[Any], name: str) -> None:
    """Drop a database if it exists, and end the sessions that are connected to it."""
    statement = sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
    try:
        connection.execute(statement)
    except psycopg.errors.WrongObjectType:
        # A migration has made a template of it, and the server refuses to drop one.
        plain = sql.SQL("alter database {} is_template false").format(sql.Identifier(name))
        connection.execute(plain)
        connection.execute(statement)


def drop_abandoned(connection: Connection[Any], run: int) -> None:
    """Drop what runs have left whose lock nobody holds; `run` is the one that begins."""
    found = connection.execute(OURS).fetchall()
    drop(connection, [name for name, _, alive in found if not alive])
    _drop_roles(connection, run)


def roles(connection: Connection[Any]) -> frozenset[int]:
    """Return the numbers of all roles, which no other role will ever have."""
    return frozenset(
        oid for (oid,) in connection.execute("select oid::bigint from pg_catalog.pg_roles")
    )


def mark_roles(connection: Connection[Any], before: frozenset[int], named: frozenset[str]) -> None:
    """Mark the roles that have come up, where they have one of the names and no comment."""
    query = (
        "select oid::bigint, rolname from pg_catalog.pg_roles"
        " where pg_catalog.shobj_description(oid, 'pg_authid') is null"
    )
    for oid, name in connection.execute(query).fetchall():
        if oid not in before and name in named:
            mark = sql.SQL("comment on role {} is {}")
            with suppress(psycopg.Error):
                connection.execute(mark.format(sql.Identifier(name), sql.Literal(ROLE_MARK)))


def drop_own(connection: Connection[Any], run: int) -> None:
    """Drop the databases of a run, and the roles that are marked if no other run is alive."""
    found = connection.execute(OURS).fetchall()
    drop(connection, [name for name, its, _ in found if its == run])
    _drop_roles(connection, run)


def keep_own(connection: Connection[Any], run: int) -> None:
    """Give the databases of a run the comment of those that stay."""
    for name, its, _ in connection.execute(OURS).fetchall():
        if its == run:
            mark = sql.SQL("comment on database {} is {}")
            connection.execute(mark.format(sql.Identifier(name), sql.Literal(KEPT)))


def marked_roles(connection: Connection[Any]) -> list[str]:
    """Return the names of the roles that are marked."""
    rows = connection.execute(
        "select r.rolname from pg_catalog.pg_roles r"
        " where pg_catalog.shobj_description(r.oid, 'pg_authid') = %s order by r.rolname",
        [ROLE_MARK],
    )
    return [name for (name,) in rows]


def _drop_roles(connection: Connection[Any], run: int) -> None:
    """Drop the roles that are marked, except those on which objects of a database depend.

    They belong to all databases of a server, so that another run that is alive may need them.
    """
    others = connection.execute(
        "select from pg_catalog.pg_locks l where l.locktype = 'advisory' and l.classid = %s::oid"
        " and l.objsubid = 2 and l.objid <> %s::oid",
        [LOCKS, run],
    ).fetchone()
    marked = marked_roles(connection) if others is None else []
    # Once more for one that has granted another role, which could not go before it.
    for name in (*marked, *marked):
        with suppress(psycopg.Error):
            connection.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(name)))
