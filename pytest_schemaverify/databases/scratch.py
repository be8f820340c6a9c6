"""Creates, copies and drops our databases on a disposable server."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from pytest_schemaverify.databases import database_properties, ownership
from pytest_schemaverify.databases.dsn import Dsn, connect, with_dbname
from pytest_schemaverify.databases.extensions import create_extension, stand_ins
from pytest_schemaverify.databases.new_databases import new, wait_until_unused
from pytest_schemaverify.databases.server import HERE, Server
from pytest_schemaverify.errors import ConfigError, DatabaseUnavailable

PLATFORM_LOCK = 7_305_421_897
"""The key of our advisory lock in the maintenance database; others are not likely to have it."""


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
        if scripts(platform):
            _require_superuser(maintenance, platform)
        if server.mark or not scripts(platform) or not _is_ready(maintenance, platform, name):
            # On an existing server template1 may have objects of the user's.
            new(server, maintenance, name, "template0" if server.mark else "template1")
            # Roles are shared by all databases, so one platform is applied after the other.
            maintenance.execute("select pg_catalog.pg_advisory_lock(%s)", [PLATFORM_LOCK])
            with connect(dsn, autocommit=True) as connection:
                for script in scripts(platform):
                    connection.execute(script.read_bytes())
    # A new connection has the settings that the platform gave to the database.
    with connect(dsn, autocommit=True) as connection:
        for extension, schema in extensions.items():
            create_extension(connection, extension, schema, ours=bool(stand_ins(connection)))
        return Built(dsn, stand_ins(connection))


def ready(platform: str) -> str:
    """Return the name of the database of a platform that a kept cluster has ready."""
    return f"schemaverify_ready_{platform}"


def clone(server: Server, template: str, name: str) -> Dsn:
    """Create a copy of a database, with the properties that `create database` does not copy.

    Raises DatabaseUnavailable while sessions are connected to the template.
    """
    with _maintenance(server) as connection:
        if server.mark:
            ownership.require_ours(connection, server.mark, template, "copying the database")
        wait_until_unused(connection, template)
        new(server, connection, name, template)
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


def scripts(platform: str) -> list[Path]:
    """Return the files that make a platform, in their order."""
    return sorted((HERE / "platforms" / platform).glob("*.sql"))


def _is_ready(connection: psycopg.Connection[Any], platform: str, name: str) -> bool:
    """Give the database that is ready for a platform its name; return whether there is one."""
    # Renamed and not copied: what its roles own in a second database would keep them from being
    # dropped, which a migration may do.
    statement = sql.SQL("alter database {} rename to {}").format(
        sql.Identifier(ready(platform)), sql.Identifier(name)
    )
    try:
        connection.execute(statement)
    except psycopg.errors.InvalidCatalogName:  # there is none, or another worker has got it
        return False
    return True


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
