"""What a function that searches does: the index it uses, the order and number of its rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.identities import Identity, acting, ran
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.databases.resource_bounds import STATES
from pytest_schemaverify.errors import CannotDetermine, Refused
from pytest_schemaverify.sql.names import quoted

from .neighbours import example
from .plans import exhaustive, willing
from .search_calls import Search
from .vector_column import VectorColumn

Caller = Callable[[sql.Composed], list[tuple[Any, ...]]]
"""Returns the rows of a statement for one of those who search."""


@dataclass(frozen=True, slots=True)
class Order:
    """The rows of one call, with how far each is from the vector that was looked for."""

    keys: tuple[str, ...]
    distances: tuple[float | None, ...]
    """None for a row that the table does not have."""


class Counted(NamedTuple):
    """How many rows a search returned, with each of some limits."""

    found: tuple[int, ...]
    made: int
    """Rows that were made for each caller; 0 where it searched what is there."""


def scans(
    reader: Reader, search: Search, indexes: list[str], callers: Sequence[Caller]
) -> dict[str, int]:
    """Return how often a call of the function scanned each index, on an open transaction.

    Of the callers the first counts whose call scans any. Raises CannotDetermine where the first
    call fails and no other scans one.
    """
    willing(reader)
    reader.run("discard plans")  # those that were made when a scan was cheaper
    statement = sql.SQL("select count(*) from {}").format(search.call(example(search.looked)))
    before, failure, found = _scans(reader, indexes), None, {}
    for call in callers:
        with reader.undone():
            try:
                call(statement)
            except CannotDetermine as error:
                failure = failure or error
                continue
            after = _scans(reader, indexes)
            found = {name: after[name] - before[name] for name in indexes}
        if any(found.values()):
            return found
    if failure:
        raise failure
    return found


def _scans(reader: Reader, indexes: list[str]) -> dict[str, int]:
    query = (
        # Counters of this transaction are exact at once; those of others arrive when they end.
        "select n, pg_catalog.pg_stat_get_xact_numscans(pg_catalog.to_regclass(n))"
        " from pg_catalog.unnest($1::text[]) as n"
    )
    return {name: count or 0 for name, count in reader.rows(query, indexes)}


def order(reader: Reader, search: Search, distance: str, callers: Sequence[Caller]) -> Order:
    """Return the rows of a search for a stored vector, on an open transaction.

    Of the callers the first counts who gets two rows. Raises CannotDetermine when none does:
    fewer have no order.
    """
    looked = search.looked
    vector = stored(reader, looked)
    statement = sql.SQL(
        # The order in which the function hands its rows over, which no plan around it may change.
        "select {} from rows from ({}) with ordinality as r order by r.ordinality"
    ).format(search.told_apart("r"), search.call(vector))
    found = [[row[0] for row in caller(statement)] for caller in callers]
    keys = next((one for one in found if len(one) > 1), None)
    if keys is None:
        raise CannotDetermine(
            f"looking at the order of what {search.name} returns",
            because=f"for a stored vector it returned {max(map(len, found))} of the rows",
            remedy="give arguments that let more through, such as a threshold: `arguments: "
            "{match_threshold: -1}`",
        )
    return Order(tuple(keys), tuple(_distances(reader, search, keys, vector, distance)))


def _distances(
    reader: Reader, search: Search, keys: list[str], vector: str, distance: str
) -> list[float | None]:
    looked = search.looked
    type_ = _type(looked, looked.require_vectors().name)
    statement = sql.SQL(
        "select t.{column} {operator} {vector}::{type_} from pg_catalog.unnest({keys}::text[])"
        " with ordinality as r (key, place) left join {table} as t on {key} = r.key"
        " order by r.place"
    ).format(
        column=sql.SQL(looked.name), operator=sql.SQL(looked.operator(distance)),
        vector=sql.Literal(vector), type_=sql.SQL(type_), keys=sql.Literal(keys),
        table=sql.SQL(looked.table), key=search.told_apart("t"),
    )  # fmt: skip
    found = [row[0] for row in answered(reader, statement)]
    if len(found) != len(keys):
        raise CannotDetermine(
            f"telling the rows of {looked.table} apart",
            because=f"several have the same {search.keys}",
            remedy="name the columns under `key` that tell rows apart together",
        )
    return found


def number(
    reader: Reader, search: Search, given: Mapping[str, Any], callers: Sequence[Caller]
) -> int:
    """Return how many rows a search returns at most to one of the callers.

    Without an index, which hands over so many candidates only, even if the function asks for more.
    """
    exhaustive(reader)
    call = search.call(stored(reader, search.looked), **given)
    statement = sql.SQL("select count(*) from {}").format(call)
    return max(int(row[0]) for caller in callers for row in caller(statement))


def administrator(reader: Reader) -> Caller:
    """Return what calls as the role that is connected."""
    return lambda statement: answered(reader, statement)


def caller(copy: Connection[Any], identity: Identity) -> Caller:
    """Return what calls as an identity; it gets no rows when it may not call the function."""

    def call(statement: sql.Composed) -> list[tuple[Any, ...]]:
        with acting(copy, identity):
            return list(ran(copy, statement).rows)

    return call


def stored(reader: Reader, looked: VectorColumn) -> str:
    """Return some vector of the table as text. Raises CannotDetermine when there is none."""
    query = (
        f"select {looked.name}::text from {looked.table} where {looked.name} is not null"
        " order by 1 limit 1"
    )
    row = reader.row(query)
    if row is None:
        raise CannotDetermine(
            f"searching in {looked.table}",
            because="it has no vector",
            remedy="verify a database with data, or a disposable one, where some are made",
        )
    return str(row[0])


def _type(looked: VectorColumn, name: str) -> str:
    return "pg_catalog.varbit" if name == "bit" else f"{quoted(looked.schema)}.{name}"


def answered(reader: Reader, statement: sql.Composed) -> list[tuple[Any, ...]]:
    """Return the rows of a call of the project's function. Raises CannotDetermine if it fails."""
    try:
        return reader.rows(statement)
    except Refused as error:
        bound = error.state in STATES
        raise CannotDetermine(
            f"calling {statement.as_string()[:160]}",
            because=f"{'not tried: ' if bound else ''}{error.message} (SQLSTATE {error.state})",
            remedy="say under `arguments` what it is called with",
        ) from None
