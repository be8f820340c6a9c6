"""What an error of the server says about a query or an expression, and what to do about it.

The codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

import re

from pytest_schemaverify.errors import DatabaseUnavailable, Refused

NOT_THERE = frozenset({"42P01", "42703", "42883", "42704", "3F000"})
"""SQLSTATE of a query that names a table, a column, a function, another object or a schema that
the database does not have: this is a difference from what was expected, and no failure to read."""

# The error has no field for the object or the privilege, so both are read from the message. A
# server with another `lc_messages` does not match, and the remedy is the general one.
DENIED = re.compile(r"permission denied for (?P<kind>[a-z ]+?) (?P<name>\S+)$")
"""The words of aclcheck_error() in the server's aclchk.c."""
_PRIVILEGES = {"schema": "usage", "type": "usage", "function": "execute", "procedure": "execute"}


def unavailable(tried: str, error: Refused) -> DatabaseUnavailable:
    """Return the error for a refusal that leaves no database to verify."""
    return DatabaseUnavailable(tried, because=reason(error), remedy=remedy(error))


def reason(error: Refused) -> str:
    """Return what the server said, in one line, with the SQLSTATE."""
    code = f" (SQLSTATE {error.state})" if error.state else ""
    message = error.message
    # "cannot insert multiple commands into a prepared statement" names a command and a prepared
    # statement, of which the user has written neither.
    if "multiple commands" in message:
        message = "it is more than one statement"
    return f"{message}{code}"


def remedy(error: Refused) -> str:
    """Return what the user can do about a query that the server refuses; "" if nothing is known."""
    if error.state == "42501":
        if missing := _lacking(error.message):
            return f"connect as a role that has {missing}"
        # The reader has `row_security` off, so that hidden rows are an error and not a lower count.
        if "row-level security" in error.message:
            return "connect as a role with BYPASSRLS; rows that this one cannot see may be wrong"
        return "connect as a role that may do this"
    if "multiple commands" in error.message:
        return "write one `select` statement"
    return _OF_QUERIES.get(error.state, error.hint)


def text_remedy(error: Refused) -> str:
    """Return what the user can do about a type or an expression that the server refuses."""
    if error.state == "42501":
        return f"connect as a role that has {_lacking(error.message) or 'the privilege'}"
    return _OF_TEXTS.get(
        error.state, error.hint or "write it as the server would accept it in this schema"
    )


def _lacking(message: str) -> str:
    """Return the privilege that an English message of the server says is missing, or ""."""
    if denied := DENIED.match(message):
        privilege = _PRIVILEGES.get(denied["kind"], "select")
        return f"{privilege} on {denied['kind']} {denied['name']}"
    return ""


_OF_QUERIES = {
    "57014": "limit it to fewer rows, add an index, or verify a copy of the database",
    "55P03": "somebody holds a lock on it; try again",
    "25006": "only statements that read are run",
}
"""By SQLSTATE: query_canceled, lock_not_available, read_only_sql_transaction."""
_BUSY = "try again when the server is less busy"
_NAMED = "check the spelling; write `schema.name` for what the search_path does not find"
_OF_TEXTS = {
    "57014": _BUSY,
    "55P03": _BUSY,
    "40001": "try again, or verify the primary",
    "08P01": "write the value in place of `$1`",
    "42703": "name a column that is there; a text stands in SQL's quotes inside YAML's: "
    "\"'draft'\"",
    "42704": _NAMED,
    "3F000": _NAMED,
}
"""By SQLSTATE: query_canceled, lock_not_available, serialization_failure, protocol_violation,
undefined_column, undefined_object, invalid_schema_name."""
