"""What it means when the server answers a query with an error."""

from pytest_schemaverify.canonical import lacking
from pytest_schemaverify.errors import DatabaseUnavailable, Refused

NOT_THERE = frozenset({"42P01", "42703", "42883", "42704", "3F000"})
"""The query names something that the database does not have: it differs from what was expected.

A table, a column, a function, another object or a schema:
https://www.postgresql.org/docs/current/errcodes-appendix.html
"""


def unavailable(tried: str, error: Refused) -> DatabaseUnavailable:
    """Return what is told where a refusal leaves no database to look at."""
    return DatabaseUnavailable(tried, because=reason(error), remedy=remedy(error))


def reason(error: Refused) -> str:
    """Return what the server said, in one line."""
    code = f" (SQLSTATE {error.state})" if error.state else ""
    message = error.message
    if "multiple commands" in message:
        message = "it is more than one statement"
    return f"{message}{code}"


def remedy(error: Refused) -> str:
    """Return what to do about it."""
    if error.state == "42501":
        if missing := lacking(error.message):
            return f"connect as a role that has {missing}"
        if "row-level security" in error.message:
            return "connect as a role with BYPASSRLS; rows that this one cannot see may be wrong"
        return "connect as a role that may do this"
    if "multiple commands" in error.message:
        return "write one `select` statement"
    return _REMEDIES.get(error.state, error.hint)


_REMEDIES = {
    "57014": "limit it to fewer rows, add an index, or verify a copy of the database",
    "55P03": "somebody holds a lock on it; try again",
    "25006": "only statements that read are run",
}
"""By SQLSTATE: query_canceled, lock_not_available, read_only_sql_transaction."""
