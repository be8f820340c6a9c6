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
    """Return a reader of a database, inside its first read-only transaction.

    `deadline` is in seconds. `bound` is called with the connection and limits its resources. Raises
    ConfigError when the DSN cannot be read, DatabaseUnavailable when the server cannot be reached,
    and Refused when the server does not let a transaction begin.
    """
    # With autocommit, because the reader itself begins and ends its transactions.
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
    """Return a connection for the user's own tests, inside its first read-only transaction."""
    connection = connect(dsn)
    # For the transactions that follow a commit or rollback of the test: psycopg begins these.
    connection.read_only = True
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    Reader(connection).begin()
    return connection
