"""The rows of cursors that a call has opened."""

from dataclasses import replace
from typing import Any

from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.identities import Outcome, ran


def fetched(connection: Connection[Any], outcome: Outcome) -> Outcome:
    """Return what the cursors give whose names a call has returned, in its own savepoint.

    The name itself is another one each time. A cursor that cannot be read is the answer.
    """
    rows: list[tuple[Any, ...]] = []
    names = [str(value).strip('()"') for row in outcome.rows for value in row if value is not None]
    for name in names if outcome.done else ():
        found = ran(connection, sql.SQL("fetch all in {}").format(sql.Identifier(name)))
        if not found.done:
            return replace(found, statement=f"{outcome.statement}; {found.statement}")
        rows += found.rows
    return replace(outcome, rows=tuple(rows), count=len(rows)) if outcome.done else outcome
