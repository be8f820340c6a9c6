"""What the server makes of a type or an expression, asked read-only.

No parser, no temporary table, no second database: the server under test resolves the names, and
two texts are the same when it makes the same of them. Every question runs in a transaction (or
savepoint) of its own that is rolled back.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
from psycopg import Connection, sql

from pytest_schemaverify.errors import CannotDetermine

Same = Callable[[str, str], bool]
"""Whether two expressions over the columns of one table are the same to the server."""

_SPACE = re.compile(r"\s+")
_CURRENT = re.compile(r"\bcurrent_timestamp\b(?!\s*\()", re.IGNORECASE)
_SERIAL = re.compile(r"\s*(small|big)?serial\d?\s*$", re.IGNORECASE)


class Canonical:
    """Compares texts by what one server makes of them, and remembers what it said.

    `reading` yields a connection inside a transaction, for each question that equal texts do not
    answer. Names that the user wrote are looked up in `schema` first, then as the database does.
    """

    def __init__(
        self, reading: Callable[[], AbstractContextManager[Connection[Any]]], schema: str = "public"
    ) -> None:
        self._reading = reading
        self._schema = schema
        self._types: dict[str, str] = {}
        self._plans: dict[tuple[str, str], str] = {}

    def type(self, text: str) -> str:
        """Return a type as format_type() prints it with an empty search_path.

        Raises CannotDetermine when the server knows no such type.
        """
        known = self._types.get(text)
        if known is None:
            known = self._types[text] = self._asked_type(text)
        return known

    def same_type(self, expected: str, actual: str) -> bool:
        """Return whether `expected` names the type that the catalog prints as `actual`."""
        return expected == actual or self.type(expected) == actual

    def same_expression(
        self, expected: str, actual: str, table: str, columns: Sequence[tuple[str, str]]
    ) -> bool:
        """Return whether two expressions over the columns (name, type) of a table are the same.

        Raises CannotDetermine when the server can make nothing of one of them.
        """
        if _plain(expected) == _plain(actual):
            return True
        source = _row_source(table, columns)
        return self._plan(expected, source) == self._plan(actual, source)

    def same_default(self, expected: str, actual: str, type_: str) -> bool:
        """Return whether two default expressions give a column of a type the same."""
        if _plain(expected) == _plain(actual):
            return True
        return self._plan(f"({expected})::{type_}", "") == self._plan(f"({actual})::{type_}", "")

    def _asked_type(self, text: str) -> str:
        if match := _SERIAL.match(text):  # a notation for a default, not a type
            return {None: "integer", "small": "smallint", "big": "bigint"}[
                match[1] and match[1].lower()
            ]
        with self._question(f"reading the type `{text}`") as ask:
            result = ask(f"select null::{text}").pgresult
            oid, modifier = result.ftype(0), result.fmod(0)
            ask("set local search_path = ''")
            return str(ask(f"select pg_catalog.format_type({oid}, {modifier})").fetchone()[0])

    def _plan(self, expression: str, source: str) -> str:
        key = (expression, source)
        if key not in self._plans:
            text = _CURRENT.sub("now()", expression)
            query = f"explain (verbose, costs off, format json) select ({text}) {source}"
            with self._question(f"reading the expression `{expression}`") as ask:
                self._plans[key] = json.dumps(ask(query).fetchone()[0], sort_keys=True)
        return self._plans[key]

    @contextmanager
    def _question(self, tried: str) -> Iterator[Callable[[str], Any]]:
        """Yield what asks; a refusal becomes CannotDetermine and whatever was set is undone."""
        try:
            with self._reading() as connection, connection.transaction(force_rollback=True):
                # The database's own search_path, with the schema of the file's names in front.
                connection.execute(
                    "select pg_catalog.set_config('search_path', %s || ', ' || "
                    "coalesce(nullif(pg_catalog.current_setting('search_path'), ''), %s), true)",
                    (sql.Identifier(self._schema).as_string(connection), '"$user"'),
                )
                yield lambda query: connection.execute(query.encode(), prepare=False)
        except psycopg.OperationalError:
            raise  # the connection is gone, or a limit was hit: no answer about the text
        except psycopg.Error as error:
            because = error.diag.message_primary or str(error)
            raise CannotDetermine(tried, because=because, remedy=_remedy(error)) from None


def _remedy(error: psycopg.Error) -> str:
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return "connect as a role that may use it"
    return error.diag.message_hint or "write it as the server would accept it in this schema"


def _row_source(table: str, columns: Sequence[tuple[str, str]]) -> str:
    """Return a FROM clause that types the columns and reads no row, whoever asks."""
    if not columns:
        return ""
    definition = ", ".join(
        f"{sql.Identifier(name).as_string(None)} {type_}" for name, type_ in columns
    )
    alias = sql.Identifier(table).as_string(None)
    return f"from pg_catalog.json_to_record('{{}}') as {alias} ({definition})"


def _plain(text: str) -> str:
    """Return the text without the brackets around all of it and with single spaces."""
    text = _SPACE.sub(" ", text.strip())
    while text.startswith("(") and _closes_at_end(text):
        text = text[1:-1].strip()
    return text


def _closes_at_end(text: str) -> bool:
    depth = 0
    for offset, character in enumerate(text):
        if character in "'\"":
            return False  # a bracket in quotes would fool the count; the server decides then
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return offset == len(text) - 1
    return False
