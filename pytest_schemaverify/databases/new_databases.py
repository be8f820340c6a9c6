"""Makes databases from others on a server."""

import time
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import sql

from pytest_schemaverify.databases import ownership
from pytest_schemaverify.databases.server import Server
from pytest_schemaverify.errors import DatabaseUnavailable

LEAVE_TIMEOUT = 1.0
"""Seconds until sessions that are about to end have left a database that is to be copied."""


def new(server: Server, connection: psycopg.Connection[Any], name: str, template: str) -> None:
    """Create a database from a template, which nobody may be connected to, in the quickest way."""
    if server.mark:
        ownership.create(connection, server.mark, name, template)
        return
    statement = sql.SQL("create database {} template {}").format(
        sql.Identifier(name), sql.Identifier(template)
    )
    # Since 15 a copy goes through the WAL by default, page by page, which spares a busy server two
    # checkpoints. They cost nothing here: nobody else writes, and nothing is flushed to a disk.
    if connection.info.server_version >= 150000:
        statement += sql.SQL(" strategy file_copy")
    if _clones_files(connection):
        # Where the file system cannot do that, each operating system has an error of its own. An
        # error with another cause is raised again by the plain copy below.
        with suppress(psycopg.Error):
            connection.execute(statement)
            return
        connection.execute("reset file_copy_method")
    connection.execute(statement)


def _clones_files(connection: psycopg.Connection[Any]) -> bool:
    """Have the kernel copy files, which share their blocks where the file system can do that.

    Returns False where the server or its system has no such way.
    """
    if connection.info.server_version < 180000:
        return False
    try:
        connection.execute("set file_copy_method = clone")
    except psycopg.errors.InvalidParameterValue:  # built for a system without it
        return False
    return True


CONNECTED = """
select pg_catalog.format('%%s (process %%s, %%s)', a.application_name, a.pid, a.state)
from pg_catalog.pg_stat_activity a
where a.datname = %s
order by a.pid
"""


SESSIONS = """
select pg_catalog.pg_stat_get_db_numbackends(d.oid)
from pg_catalog.pg_database d
where d.datname = %s
"""


def wait_until_unused(connection: psycopg.Connection[Any], template: str) -> None:
    """Wait until nobody is connected to a database.

    Raises DatabaseUnavailable with the names of the sessions that stay.
    """
    # A session goes on for a moment after its client has closed the connection. `create database`
    # waits for it, too, but for up to 5 seconds, and names nobody.
    deadline = time.monotonic() + LEAVE_TIMEOUT
    # Counting takes a new session a third of the time of reading the view.
    while any(connection.execute(SESSIONS, [template]).fetchone() or ()):
        if time.monotonic() > deadline:
            connected = connection.execute(CONNECTED, [template]).fetchall()
            raise DatabaseUnavailable(
                f"copying the database {template}",
                because="connected to it: " + ", ".join(row[0] for row in connected),
                remedy="close every connection to it first",
            )
        time.sleep(0.005)
