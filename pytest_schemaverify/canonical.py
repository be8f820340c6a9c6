"""What the server makes of a type or an expression, asked read-only.

No parser, no temporary table, no second database: the server under test resolves the names, and
two texts are the same when it makes the same of them. Every question runs in a transaction (or
savepoint) of its own that is rolled back.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
from psycopg import Connection, sql

from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.names import quoted, single

Same = Callable[[str, str], bool]
"""Whether two expressions over the columns of one table are the same to the server."""

_QUOTED = r"""(?P<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*")"""
_SPACE = re.compile(rf"{_QUOTED}|\s+")
_ALIKE = re.compile(
    rf"{_QUOTED}|\b(?P<now>current_timestamp\b(?!\s*\()|transaction_timestamp\s*\(\s*\))"
    r"|\b(?P<role>current_role)\b",
    re.IGNORECASE,
)
"""What is the same to a reader and not to the server."""
SERIAL = {
    "smallserial": "smallint", "serial2": "smallint", "serial": "integer", "serial4": "integer",
    "bigserial": "bigint", "serial8": "bigint",
}  # fmt: skip
"""Notations for an integer column with a sequence, and the types that they make.
https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL"""


def key_text(key: str, columns: Collection[str]) -> str:
    """Return the key of an index as SQL: the catalog has plain columns without quotes."""
    return quoted(key) if key in columns else key


def same_key(expected: str, actual: str, columns: Collection[str], same: Same) -> bool:
    """Return whether a column or expression is the one that an index of the table has as key."""
    try:
        return quoted(single(expected)) == key_text(actual, columns)
    except ValueError:  # not a name, so an expression
        return same(expected, key_text(actual, columns))


_HIDING = re.compile(r'"Node Type": "(Limit|Values Scan|Unique)"')
"""Steps of a plan of which EXPLAIN leaves something out: the count, the rows, the columns."""


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
        # A line of its own for the bracket: the text may end in a comment.
        left, right = (f"({text}\n)::{type_}" for text in (expected, actual))
        return self._plan(left, "", expected) == self._plan(right, "", actual)

    def casts_safely(self, actual: str, expected: str) -> bool:
        """Return whether a column can be given another type and no value is lost or altered.

        Both as format_type() prints them. True for implicit casts that are exact and depend on no
        setting, and for another length of a type that refuses what is too long.
        """
        with self._question(f"comparing the types `{actual}` and `{expected}`") as ask:
            return bool(ask(_CASTS, actual, expected).fetchone()[0])

    def _asked_type(self, text: str) -> str:
        if made := SERIAL.get(text.strip().lower()):
            return made
        with self._question(f"reading the type `{text}`") as ask:
            # The description of a column names the type below a domain, the value its own type.
            # Nothing is cast: a domain may refuse NULL.
            asked = ask(
                "select v, pg_catalog.pg_typeof(v)::oid from (select 1) as one "
                f"left join (select null::{text}\nas v where false) as none on true"
            )
            (_, oid), modifier = asked.fetchone(), asked.pgresult.fmod(0)
            if oid != asked.pgresult.ftype(0):
                modifier = -1
            ask("set local search_path = ''")
            return str(ask(f"select pg_catalog.format_type({oid}, {modifier})").fetchone()[0])

    def _plan(self, expression: str, source: str, written: str = "") -> str:
        key = (expression, source)
        if key not in self._plans:
            text = _ALIKE.sub(_one_spelling, expression)
            query = f"explain (verbose, costs off, format json) select ({text}\n) {source}"
            with self._question(f"reading the expression `{written or expression}`") as ask:
                plan = json.dumps(ask(query).fetchone()[0], sort_keys=True)
            hidden = _HIDING.search(plan)
            if hidden:
                raise CannotDetermine(
                    f"comparing the expression `{written or expression}`",
                    because=f"the server's plan does not show all of it ({hidden[1]})",
                    remedy="write it exactly as the server has stored it",
                )
            self._plans[key] = plan
        return self._plans[key]

    @contextmanager
    def _question(self, tried: str) -> Iterator[Callable[..., Any]]:
        """Yield what asks; a refusal becomes CannotDetermine and whatever was set is undone."""
        try:
            with self._reading() as connection, connection.transaction(force_rollback=True):
                # The database's own search_path, with the schema of the file's names in front.
                connection.execute(
                    "select pg_catalog.set_config('search_path', %s || ', ' || "
                    "coalesce(nullif(pg_catalog.current_setting('search_path'), ''), %s), true)",
                    (sql.Identifier(self._schema).as_string(connection), '"$user"'),
                )
                cursor = psycopg.RawCursor(connection)

                def ask(query: str, *values: str) -> Any:
                    # Binary results need the extended protocol, and that takes one statement only.
                    return cursor.execute(query.encode(), values, prepare=False, binary=True)

                yield ask
        except psycopg.OperationalError:
            raise  # the connection is gone, or a limit was hit: no answer about the text
        except psycopg.Error as error:
            because = error.diag.message_primary or str(error)
            raise CannotDetermine(tried, because=because, remedy=_remedy(error)) from None


_CASTS = """
select
    a.oid = e.oid and a.typname = any ('{varchar,varbit,vector,halfvec,sparsevec}')
    or a.oid <> e.oid and e.typname <> all ('{float4,float8,halfvec}') and exists (
        select from pg_catalog.pg_cast as c
        left join pg_catalog.pg_proc as p on p.oid = c.castfunc
        where
            c.castsource = a.oid and c.casttarget = e.oid and c.castcontext = 'i'
            and coalesce(p.provolatile, 'i') = 'i'
    )
from pg_catalog.pg_type as a, pg_catalog.pg_type as e
where a.oid = $1::text::regtype and e.oid = $2::text::regtype
"""


def _one_spelling(match: re.Match[str]) -> str:
    if match["quoted"]:
        return match["quoted"]
    return "now()" if match["now"] else "current_user"


def _remedy(error: psycopg.Error) -> str:
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return "connect as a role that may use it"
    if isinstance(error, psycopg.errors.UndefinedColumn):
        return (
            "name a column that is there; a text stands in SQL's quotes inside YAML's: \"'draft'\""
        )
    if isinstance(error, (psycopg.errors.UndefinedObject, psycopg.errors.InvalidSchemaName)):
        return "check the spelling; write `schema.name` for what the search_path does not find"
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
    text = _SPACE.sub(lambda match: match["quoted"] or " ", text.strip())
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
