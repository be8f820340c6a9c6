"""One statement to the server, and what it answers."""

from typing import Any, NamedTuple

import psycopg
from psycopg import Connection, generators
from psycopg.pq import ExecStatus

from .texts import bare, calls


class Made(NamedTuple):
    """What the server makes of a text."""

    plan: str
    columns: tuple[tuple[str, int, int], ...]
    """Name, type and modifier of what a query returns."""
    hidden: str
    """Steps of the plan of which EXPLAIN leaves something out."""
    text: str
    """The expression in the server's words; "" where a plan shows it in parts."""

    def told(self, written: str) -> str:
        """Return the server's words unless they are what is written, or what a function does."""
        inlined = calls(written) - calls(self.text)
        return "" if inlined or bare(self.text) == bare(written) else self.text


class Ask:
    """Sends one statement at a time, and gets values as Python's."""

    def __init__(self, connection: Connection[Any]) -> None:
        self.connection = connection
        self._cursor = psycopg.RawCursor(connection)

    def __call__(self, query: str, *values: str | list[str]) -> Any:
        """Return the cursor of one statement, which must be one."""
        # Binary results need the extended protocol, and that takes one statement only.
        return self._cursor.execute(query.encode(), values, prepare=False, binary=True)


def columns_of(connection: Connection[Any], query: str) -> tuple[tuple[str, int, int], ...]:
    """Return the columns that a query would return. Nothing is run."""
    server = connection.pgconn
    server.send_prepare(b"", query.encode())
    [prepared] = connection.wait(generators.execute(server))
    if prepared.status != ExecStatus.COMMAND_OK:
        raise psycopg.errors.error_from_result(prepared)
    server.send_describe_prepared(b"")
    [described] = connection.wait(generators.execute(server))
    return tuple(
        ((described.fname(at) or b"").decode(), described.ftype(at), described.fmod(at))
        for at in range(described.nfields)
    )
