"""What an error of psycopg's means."""

import re

import psycopg
from psycopg.errors import Diagnostic

from pytest_schemaverify.errors import DatabaseUnavailable, Refused

LOST = frozenset({"FATAL", "PANIC"})
"""Severities after which the server ends the session, see
https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-SEVERITY-LEVELS"""


def ours(
    error: psycopg.Error, *, lost: bool = False, last: str = ""
) -> Refused | DatabaseUnavailable:
    """Return what an error of psycopg's means, on a connection that may be known to be lost.

    The severity tells whether the session has ended; class 08 does not, because such an error may
    be about a foreign server. `last` is the last message that libpq has received ("FATAL: …");
    it says why where psycopg only says that the connection is gone.
    """
    alone = error.sqlstate is None and isinstance(error, psycopg.OperationalError)
    if lost or alone or error.diag.severity_nonlocalized in LOST:
        said, heard = (text.partition("\n")[0].strip() for text in (str(error), last))
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
    if told.internal_query and told.internal_position:
        return told.internal_query.count("\n", 0, int(told.internal_position) - 1) + 1
    near = _NEAR.search(told.context or "")
    return int(near[1]) if near else 0


_NEAR = re.compile(r"near line (\d+)")
_ENDED = "see the server's log; nothing was written to the database"
_LATE = "give the role that the DSN names more time, by `alter role … set …`, or try again later"
