"""Turns errors of psycopg into errors of this package."""

import re

import psycopg
from psycopg.errors import Diagnostic

from pytest_schemaverify.errors import DatabaseUnavailable, Refused

LOST = frozenset({"FATAL", "PANIC"})
"""Severities after which the server ends the session, see
https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-SEVERITY-LEVELS"""


def our_error(
    error: psycopg.Error, *, lost: bool = False, last: str = ""
) -> Refused | DatabaseUnavailable:
    """Return our error for one of psycopg: DatabaseUnavailable if the session has ended.

    `lost` says that the connection is known to be lost. `last` is the last message that libpq has
    received ("FATAL:  …").
    """
    # psycopg raises OperationalError without a code when the connection breaks. The server says by
    # the severity that it ends a session. Class 08 of SQLSTATE says nothing of the kind, because
    # such an error may be about a foreign server, which a query reads.
    alone = error.sqlstate is None and isinstance(error, psycopg.OperationalError)
    if lost or alone or error.diag.severity_nonlocalized in LOST:
        said, heard = (text.partition("\n")[0].strip() for text in (str(error), last))
        # psycopg only says that the connection is closed or lost, where the server has said why.
        if lost and heard and said.startswith("the connection is "):
            said = heard.partition(":  ")[2] or heard
        return DatabaseUnavailable(
            "asking the database",
            because=said or type(error).__name__,
            remedy=_LATE if "timeout" in said else _ENDED,
        )
    return Refused(
        error.diag.message_primary or str(error),
        state=error.sqlstate or "",
        hint=error.diag.message_hint or "",
        position=int(error.diag.statement_position or 0),
        line=_line(error.diag),
    )


def _line(told: Diagnostic) -> int:
    """Return the line of the function's body that an error is about, from 1; 0 for none."""
    # A query inside of a function has a position of its own. Otherwise only the context tells, as
    # in "compilation of PL/pgSQL function "f" near line 3".
    if told.internal_query and told.internal_position:
        return told.internal_query.count("\n", 0, int(told.internal_position) - 1) + 1
    near = _NEAR.search(told.context or "")
    return int(near[1]) if near else 0


_NEAR = re.compile(r"near line (\d+)")
_ENDED = "see the server's log; nothing was written to the database"
_LATE = "give the role that the DSN names more time, by `alter role … set …`, or try again later"
