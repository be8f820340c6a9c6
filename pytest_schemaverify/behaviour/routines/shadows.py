"""Tables and functions that a caller puts in the way of a function that names them without schema.

https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.budget import Budget, Calls
from pytest_schemaverify.behaviour.access.identities import (
    Identity,
    Outcome,
    acting,
    become_administrator,
    ran,
)
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.kinds.functions.row import Function
from pytest_schemaverify.sql.lexical import NAME, unquoted, without_comments
from pytest_schemaverify.sql.names import quoted

from .calls import call, plain_arguments
from .definers import Definer
from .injections import CANARY
from .uncalled_functions import Uncalled

# A name behind a dot has its schema, and nothing can be put in its way.
_WORD = re.compile(rf'(?<![\w".]){NAME}')
"""Words of texts, too: a function may run them."""


@dataclass(frozen=True, slots=True)
class Shadow:
    """Something of the caller's that the function used with its owner's rights."""

    function: str
    identity: str
    kind: str
    name: str
    """What was put in the way, with its schema."""
    instead_of: str


def shadowed(
    connection: Connection[Any], catalog: Catalog, definer: Definer, budget: Budget
) -> list[Shadow | Uncalled]:
    """Return what a caller can put in a function's way; all of it is undone."""
    words = set(_words(definer.function.source))
    calls = Calls(connection, budget)
    for identity in definer.callers:
        found = [*_by_somebody(connection, catalog, definer, identity, words, calls)]
        if found:
            return [*found]
        if calls.bound:
            return [Uncalled(definer.name, calls.bound)]
    return []


def _by_somebody(
    connection: Connection[Any], catalog: Catalog, definer: Definer, identity: Identity,
    words: set[str], calls: Calls,
) -> Iterator[Shadow]:  # fmt: skip
    # The server looks into pg_temp first for tables, unless search_path names it elsewhere, and
    # never for functions: those have to be in a schema in which the caller may create some.
    for table in _tables(catalog, words):
        used = partial(_by_table, connection, catalog, definer, identity, table, calls)
        if calls.may() and used():
            name = f"pg_temp.{quoted(table[1])}"
            yield Shadow(definer.name, identity.name, "table", name, quoted(*table))
    for schema in _schemas(connection, identity):
        for other in _functions(catalog, words, definer.function, schema):
            used = partial(_by_function, connection, definer, identity, other, schema)
            if calls.may() and calls.made(used):
                name = f"{quoted(schema, other.name)}({other.arguments})"
                instead = f"{quoted(other.schema, other.name)}({other.arguments})"
                yield Shadow(definer.name, identity.name, "function", name, instead)


def _words(source: str) -> Iterator[str]:
    yield from map(unquoted, _WORD.findall(without_comments(source)))


def _tables(catalog: Catalog, words: set[str]) -> list[tuple[str, ...]]:
    known = (*catalog.families["tables"], *catalog.families["views"])
    return sorted(key for key in known if key[1] in words)


def _functions(catalog: Catalog, words: set[str], own: Function, schema: str) -> Iterator[Function]:
    for other in catalog.families["functions"].values():
        callable_ = other.kind == "function" and other.returns not in ("trigger", "event_trigger")
        if callable_ and other.name in words and other.schema != schema and other != own:
            yield other


def _schemas(connection: Connection[Any], identity: Identity) -> list[str]:
    """Return the schemas in which an identity can create functions."""
    query = """
        select n.nspname from pg_catalog.pg_namespace as n
        where pg_catalog.has_schema_privilege(%s, n.oid, 'create')
        and pg_catalog.has_schema_privilege(%s, n.oid, 'usage') and n.nspname !~ '^pg_'
        order by 1"""
    return [row[0] for row in connection.execute(query, [identity.role] * 2).fetchall()]


def _by_table(
    connection: Connection[Any], catalog: Catalog, definer: Definer, identity: Identity,
    table: tuple[str, ...], calls: Calls,
) -> bool:  # fmt: skip
    columns = [
        sql.SQL("{} {}").format(sql.Identifier(one.name), sql.SQL(one.type))
        for one in catalog.of_table("columns", table[0], table[1])
    ]
    made = sql.SQL("create temporary table {} ({})").format(
        sql.Identifier(table[1]), sql.SQL(", ").join(columns)
    )
    values = plain_arguments(connection, definer.function)
    with acting(connection, identity):
        if not ran(connection, made).done:
            return False
        name = f"pg_temp.{quoted(table[1])}"
        used = _used(connection, name)
        connection.execute("discard plans")  # made when nothing was in the way
        outcome = calls.made(partial(_undone, connection, call(definer.function, values)))
        # The server counts scans of a statement that failed, too.
        return _used(connection, name) > used or bool(outcome and _names(outcome, table[1]))


def _undone(connection: Connection[Any], statement: sql.Composed) -> Outcome:
    with connection.transaction(force_rollback=True):
        return ran(connection, statement)


def _names(outcome: Outcome, table: str) -> bool:
    """Return whether the owner was refused the caller's table: so it is what the function found."""
    return outcome.state == "42501" and f"permission denied for table {table}" in outcome.message


def _used(connection: Connection[Any], table: str) -> int:
    row = connection.execute(
        "select pg_catalog.pg_stat_get_xact_numscans(o)"
        " + pg_catalog.pg_stat_get_xact_tuples_inserted(o)"
        " from pg_catalog.to_regclass(%s) as o",
        [table],
    ).fetchone()
    return int(row[0] or 0) if row else 0


def _by_function(
    connection: Connection[Any], definer: Definer, identity: Identity, other: Function, schema: str
) -> bool:
    made = sql.SQL(
        "create function {}({}) returns {} language plpgsql as {}"
    ).format(
        sql.Identifier(schema, other.name), sql.SQL(other.arguments), sql.SQL(other.returns),
        sql.Literal(
            f"begin perform pg_catalog.set_config('{CANARY}', 'sung', true); return"
            f"{'' if other.returns.lower().startswith(('setof', 'table', 'void')) else ' null'};"
            " end"
        ),
    )  # fmt: skip
    values = plain_arguments(connection, definer.function)
    with acting(connection, identity):
        connection.execute("select pg_catalog.set_config(%s, '', true)", [CANARY])
        # A caller can change search_path, and a function without one of its own runs with theirs.
        path = sql.SQL(
            "select pg_catalog.set_config('search_path', {} || ', ' ||"
            " pg_catalog.current_setting('search_path'), true)"
        ).format(sql.Literal(quoted(schema)))
        if not (ran(connection, made).done and ran(connection, path).done):
            return False
        connection.execute("discard plans")
        if not ran(connection, call(definer.function, values)).done:
            return False
        become_administrator(connection)
        row = connection.execute("select pg_catalog.current_setting(%s)", [CANARY]).fetchone()
        return bool(row and row[0] == "sung")
