"""Connections to databases that are only read."""

from collections.abc import Callable
from typing import Any

import psycopg

from pytest_schemaverify.databases.dsn import connect
from pytest_schemaverify.databases.reading import DEADLINE, Reader
from pytest_schemaverify.errors import SchemaVerifyError


def reader(
    dsn: str,
    deadline: float = DEADLINE,
    bound: Callable[[psycopg.Connection[Any]], object] = lambda _: None,
) -> Reader:
    """Return what asks a database, inside its first read-only transaction.

    `bound` limits what the connection may take of a server of ours. Raises ConfigError when the
    DSN cannot be read, DatabaseUnavailable when no connection can be had, Refused when the server
    does not let a transaction begin.
    """
    connection = connect(dsn, autocommit=True)
    found = Reader(connection, deadline)
    try:
        bound(connection)
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
