"""What it means when the server answers a query with an error."""

import psycopg
from psycopg import errors

from pytest_schemaverify.canonical import lacking

NOT_THERE = (
    errors.UndefinedTable, errors.UndefinedColumn, errors.UndefinedFunction,
    errors.UndefinedObject, errors.InvalidSchemaName,
)  # fmt: skip
"""The query names something that the database does not have: it differs from what was expected."""


def gone(error: psycopg.Error) -> bool:
    """Return whether the connection is lost, so that nothing else can be asked either.

    https://www.postgresql.org/docs/current/errcodes-appendix.html, classes 08 and 57P.
    """
    state = error.sqlstate or "08"
    return isinstance(error, psycopg.OperationalError) and state.startswith(("08", "57P"))


def reason(error: psycopg.Error) -> str:
    """Return what the server said, in one line."""
    code = f" (SQLSTATE {error.sqlstate})" if error.sqlstate else ""
    message = error.diag.message_primary or str(error)
    if "multiple commands" in message:
        message = "it is more than one statement"
    elif not error.sqlstate:  # psycopg's own: the statement has no result
        message = "the statement returns no rows"
    return f"{message}{code}"


def remedy(error: psycopg.Error) -> str:
    """Return what to do about it."""
    message = error.diag.message_primary or ""
    if isinstance(error, errors.InsufficientPrivilege):
        if missing := lacking(message):
            return f"connect as a role that has {missing}"
        if "row-level security" in message:
            return "connect as a role with BYPASSRLS; rows that this one cannot see may be wrong"
        return "connect as a role that may do this"
    if isinstance(error, errors.QueryCanceled):
        return "limit it to fewer rows, add an index, or verify a copy of the database"
    if isinstance(error, errors.LockNotAvailable):
        return "somebody holds a lock on it; try again"
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return "only what reads is run"
    if "multiple commands" in message or not error.sqlstate:
        return "write one `select` statement"
    return error.diag.message_hint or ""
