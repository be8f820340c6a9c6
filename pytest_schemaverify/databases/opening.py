"""Connections to databases that are only read."""

import psycopg

from pytest_schemaverify.databases.dsn import connect
from pytest_schemaverify.errors import SchemaVerifyError
from pytest_schemaverify.reading import DEADLINE, Reader


def reader(dsn: str, deadline: float = DEADLINE) -> Reader:
    """Return a connection to somebody's database, inside its first read-only transaction.

    Raises ConfigError when the DSN cannot be read, DatabaseUnavailable when no connection can be
    had, Refused when the server does not let a transaction begin.
    """
    found = Reader(connect(dsn, autocommit=True), deadline)
    try:
        found.begin()
    except SchemaVerifyError:
        found.close()
        raise
    return found


def read_only(dsn: str) -> psycopg.Connection[tuple[object, ...]]:
    """Return a connection for tests of the user's, inside its first read-only transaction."""
    connection = connect(dsn)
    connection.read_only = True
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    Reader(connection).begin()
    return connection
