"""An existing server, on which our databases are created, marked and dropped."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection, conninfo

from pytest_schemaverify.databases import ownership
from pytest_schemaverify.databases.dsn import Dsn, connect, redacted, with_dbname
from pytest_schemaverify.databases.keepers import protocol
from pytest_schemaverify.databases.resource_bounds import bound_files
from pytest_schemaverify.databases.server import PLAIN, Server, Wish, end, next_answer, write_to
from pytest_schemaverify.databases.versions import OLDEST
from pytest_schemaverify.errors import DatabaseUnavailable
from pytest_schemaverify.settings.config import Config

UNBOUNDED = (
    "its role may not set temp_file_limit, so only their time bounds what functions that are tried "
    "write into temporary files"
)
"""The note in the header about a server where not all bounds hold."""

KEEPER = "pytest_schemaverify.databases.keepers.server"

ABOUT = """
select pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1),
       pg_catalog.current_setting('server_version_num')::integer,
       r.rolsuper or r.rolcreatedb,
       pg_catalog.pg_is_in_recovery(),
       current_user
from pg_catalog.pg_roles r
where r.rolname = current_user
"""


@contextmanager
def start(config: Config, _: Wish = PLAIN) -> Iterator[Server]:
    """Yield the server if databases can be created there, and drop those of the run at the end.

    A keeper drops them, so that they go although this process is killed. If both are killed, the
    next run drops them. Nothing else on the server is touched. Raises DatabaseUnavailable.
    """
    if not config.server:
        raise DatabaseUnavailable(
            "looking for an existing server",
            because="--schema-server names none",
            remedy="give the DSN of a server on which databases may be created",
        )
    dsn = _maintenance(config.server)
    run = ownership.new_run()
    with connect(dsn, autocommit=True) as connection:
        version = _checked(connection, dsn)
        unbounded = () if bound_files(connection) else (UNBOUNDED,)
    process = protocol.spawn(KEEPER, {"dsn": dsn, "run": run})
    try:
        next_answer(process, f"using the server {redacted(dsn)}")
        fate = "marked, and dropped at the end"
        if config.keep:
            fate = f"left; each will have the comment {ownership.KEPT!r}"
        notes = (f"on {redacted(dsn)}; its databases there are {fate}", *unbounded)
        yield Server(dsn, "server", version, notes, f"{ownership.MARK}{run}")
        if config.keep:
            write_to(process, protocol.LEAVE)
    finally:
        end(process)


def _maintenance(dsn: str) -> Dsn:
    """Return the DSN, with the database `postgres` if neither it nor libpq's variables name one."""
    # libpq would take a database with the user's name, which most servers do not have.
    connect_to = Dsn(dsn)
    named = "PGDATABASE" in os.environ or "PGSERVICE" in os.environ
    try:
        given = conninfo.conninfo_to_dict(connect_to)
    except psycopg.ProgrammingError:
        return connect_to  # `connect` refuses it, and says why
    if named or given.get("dbname") or given.get("service"):
        return connect_to
    return with_dbname(connect_to, "postgres")


def _checked(connection: Connection[Any], dsn: Dsn) -> str:
    """Return the version. Raises DatabaseUnavailable when no database can be created there."""
    row = connection.execute(ABOUT).fetchone()
    assert row is not None  # current_user always is a role
    version, number, may_create, standby, user = row
    tried = f"using the server {redacted(dsn)}"
    if number < OLDEST * 10000:
        raise DatabaseUnavailable(
            tried,
            because=f"it is PostgreSQL {version}",
            remedy=f"use PostgreSQL {OLDEST} or a later one",
        )
    if standby:
        raise DatabaseUnavailable(
            tried,
            because="it is a standby, on which nothing can be created",
            remedy="name its primary, or verify a database of it with --schema-dsn",
        )
    if not may_create:
        raise DatabaseUnavailable(
            tried,
            because=f"the role {user} may not create databases",
            remedy=f'alter role "{user}" createdb; or connect as a role that may',
        )
    return str(version)
