"""What a function that searches does: the index it uses, the order and number of its rows."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Connection, sql

from pytest_schemaverify.access.generate import Maker
from pytest_schemaverify.access.identities import Identity, acting, ran
from pytest_schemaverify.access.scene import described
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.names import quoted

from .calls import Search
from .column import Looked
from .plans import willing

ROWS = 6
"""Rows that are made for each identity, or in all."""
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Order:
    """The rows of one call, with how far each is from the vector that was looked for."""

    keys: tuple[str, ...]
    distances: tuple[float | None, ...]
    """None for a row that the table does not have."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a search returned to an identity."""

    identity: Identity
    refused: str
    """Why it was not let call the function; "" when it was."""
    rows: int
    hidden: tuple[str, ...]
    """Keys of rows that the identity cannot read in the table."""
    shown: tuple[str, ...]
    """Some of them."""
    others: int
    """Rows in the table that the identity cannot read."""


def scans(connection: Connection[Any], search: Search, indexes: list[str]) -> dict[str, int]:
    """Return how often a call of the function scanned each index, on an open transaction."""
    willing(connection)
    connection.execute("discard plans")  # those that were made when a scan was cheaper
    before = _scans(connection, indexes)
    vector = _example(search.looked)
    answered(connection, sql.SQL("select count(*) from {}").format(search.call(vector)))
    after = _scans(connection, indexes)
    return {name: after[name] - before[name] for name in indexes}


def _scans(connection: Connection[Any], indexes: list[str]) -> dict[str, int]:
    query = (
        "select n, pg_catalog.pg_stat_get_xact_numscans(pg_catalog.to_regclass(n))"
        " from pg_catalog.unnest(%s::text[]) as n"
    )
    return {name: count or 0 for name, count in connection.execute(query, [indexes]).fetchall()}


def order(
    connection: Connection[Any], search: Search, distance: str,
    callers: Sequence[Identity | None],
) -> Order:  # fmt: skip
    """Return the rows of a search for a stored vector, on an open transaction.

    Of the callers the first counts who gets two rows; None is the administrator. Raises
    CannotDetermine when nobody does: fewer have no order.
    """
    looked = search.looked
    vector = stored(connection, looked)
    statement = sql.SQL(
        "select r.{}::text from rows from ({}) with ordinality as r order by r.ordinality"
    ).format(sql.Identifier(search.key), search.call(vector))
    found = [[row[0] for row in _as(connection, caller, statement)] for caller in callers]
    keys = next((one for one in found if len(one) > 1), None)
    if keys is None:
        raise CannotDetermine(
            f"looking at the order of what {search.name} returns",
            because=f"for a stored vector it returned {max(map(len, found))} of the rows",
            remedy="give arguments that let more through, such as a threshold: `arguments: "
            "{match_threshold: -1}`",
        )
    return Order(
        tuple(keys), tuple(_distances(connection, looked, search.key, keys, vector, distance))
    )


def _distances(
    connection: Connection[Any], looked: Looked, key: str, keys: list[str], vector: str,
    distance: str,
) -> list[float | None]:  # fmt: skip
    type_ = _type(looked, looked.require_vectors().name)
    statement = sql.SQL(
        "select t.{column} {operator} {vector}::{type_} from pg_catalog.unnest({keys}::text[])"
        " with ordinality as r (key, place) left join {table} as t on t.{key}::text = r.key"
        " order by r.place"
    ).format(
        column=sql.SQL(looked.name), operator=sql.SQL(looked.operator(distance)),
        vector=sql.Literal(vector), type_=sql.SQL(type_), keys=sql.Literal(keys),
        table=sql.SQL(looked.table), key=sql.Identifier(key),
    )  # fmt: skip
    return [row[0] for row in answered(connection, statement)]


def number(
    connection: Connection[Any], search: Search, given: Mapping[str, Any],
    callers: Sequence[Identity | None],
) -> int:  # fmt: skip
    """Return how many rows a search returns at most to one of the callers."""
    call = search.call(stored(connection, search.looked), **given)
    statement = sql.SQL("select count(*) from {}").format(call)
    return max(int(row[0]) for caller in callers for row in _as(connection, caller, statement))


def _as(
    connection: Connection[Any], caller: Identity | None, statement: sql.Composed
) -> list[tuple[Any, ...]]:
    if caller is None:
        return answered(connection, statement)
    with acting(connection, caller):
        outcome = ran(connection, statement)
    return list(outcome.rows)  # none when it may not call the function


def stored(connection: Connection[Any], looked: Looked) -> str:
    """Return some vector of the table as text. Raises CannotDetermine when there is none."""
    query = (
        f"select {looked.name}::text from {looked.table} where {looked.name} is not null"
        " order by 1 limit 1"
    )
    row = connection.execute(query.encode()).fetchone()
    if row is None:
        raise CannotDetermine(
            f"searching in {looked.table}",
            because="it has no vector",
            remedy="verify a database with data, or a disposable one, where some are made",
        )
    return str(row[0])


def seen(
    connection: Connection[Any], catalog: Catalog, search: Search, identity: Identity, owner: str
) -> Seen:
    """Return what a search shows an identity, against what it can read in the table itself.

    Rows whose `owner` is the `sub` of its token are its own, whether or not it can read the table.
    """
    looked = search.looked
    call, key = search.call(stored(connection, looked)), sql.Identifier(search.key)
    table = sql.SQL(looked.table)
    every = connection.execute(sql.SQL("select {}::text from {}").format(key, table)).fetchall()
    with acting(connection, identity):
        readable = ran(connection, sql.SQL("select {}::text from {}").format(key, table))
    with acting(connection, identity):
        found = ran(connection, sql.SQL("select r.{}::text from {} as r").format(key, call))
    visible = {row[0] for row in readable.rows} | _own(connection, search, identity, owner)
    hidden = [row[0] for row in found.rows if row[0] not in visible]
    shown = _shown(connection, catalog, search, hidden[:SHOWN])
    refused = "" if found.done else str(found)
    return Seen(identity, refused, found.count, tuple(hidden), shown, len(every) - len(visible))


def _own(connection: Connection[Any], search: Search, identity: Identity, owner: str) -> set[str]:
    if not owner:
        return set()
    query = sql.SQL("select {}::text from {} where {}::text = {}").format(
        sql.Identifier(search.key), sql.SQL(search.looked.table), sql.Identifier(owner),
        sql.Literal(identity.claim("sub")),
    )  # fmt: skip
    return {row[0] for row in connection.execute(query).fetchall()}


def _shown(
    connection: Connection[Any], catalog: Catalog, search: Search, keys: list[str]
) -> tuple[str, ...]:
    """Return some rows in one line each, without vectors and the like."""
    column = search.looked.column
    names = [
        one.name
        for one in catalog.of_table("columns", column.schema, column.table)
        if not re.search("vec|bit|bytea|tsvector|timestamp", one.type)
    ]
    query = sql.SQL("select {} from {} where {}::text = any ({}) order by 1").format(
        sql.SQL(", ").join(map(sql.Identifier, names)), sql.SQL(search.looked.table),
        sql.Identifier(search.key), sql.Literal(keys),
    )  # fmt: skip
    return tuple(described(names, row) for row in connection.execute(query).fetchall())


def fill(
    connection: Connection[Any], catalog: Catalog, looked: Looked, owner: str,
    values: Mapping[str, str],
) -> None:  # fmt: skip
    """Make rows with vectors that are near each other: for each owner by its value, else nobody's.

    Raises CannotDetermine when the table takes none.
    """
    column = looked.column
    table = (column.schema, column.table)
    maker = Maker(connection, catalog, {table: owner} if owner else {})
    whose = values or {"": "somebody"}
    for group, (value, label) in enumerate(whose.items()):
        for place in range(ROWS):
            given: dict[str, str | None] = {column.name: _near(looked, group * ROWS + place)}
            if owner and value:
                given[owner] = value
            maker.row(table, given, label)


def _near(looked: Looked, place: int) -> str:
    """Return one of many vectors in nearly the same direction, none like another."""
    type_ = looked.require_vectors()
    size = type_.dimensions or 3
    if type_.name == "bit":
        bits = format(place + 1, "b").zfill(size)
        return bits[-size:]
    if type_.name == "sparsevec":
        return f"{{1:1,2:{(place + 1) / 100}}}/{size}"
    numbers = ["1"] * size
    numbers[place % size] = f"{1 + (place + 1) / 100}"
    return f"[{','.join(numbers)}]"


def _example(looked: Looked) -> str:
    return _near(looked, 0)


def _type(looked: Looked, name: str) -> str:
    return "pg_catalog.varbit" if name == "bit" else f"{quoted(looked.schema)}.{name}"


def answered(connection: Connection[Any], statement: sql.Composed) -> list[tuple[Any, ...]]:
    """Return the rows of a call of the project's function. Raises CannotDetermine if it fails."""
    try:
        with connection.transaction():
            return connection.execute(statement).fetchall()
    except psycopg.Error as error:
        if error.sqlstate is None:
            raise
        raise CannotDetermine(
            f"calling {statement.as_string(connection)[:160]}",
            because=f"{error.diag.message_primary} (SQLSTATE {error.sqlstate})",
            remedy="say under `arguments` what it is called with",
        ) from None
