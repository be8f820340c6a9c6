"""What a search shows an identity, against what it can read in the table itself."""

import re
from dataclasses import dataclass
from typing import Any

from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.display import described
from pytest_schemaverify.behaviour.access.identities import Identity, acting, ran
from pytest_schemaverify.behaviour.access.ownership import OwnedTables
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.databases.reading import Reader, reader_over

from .search_calls import Search
from .searches import stored

SHOWN = 3
"""Hidden rows that are shown."""


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


def seen(copy: Connection[Any], search: Search, identity: Identity, whose: OwnedTables) -> Seen:
    """Return what a search shows an identity, against what it can read in the table itself.

    Its own rows are theirs, whether or not it can read the table.
    """
    looked, reader = search.looked, reader_over(copy)
    call, key = search.call(stored(reader, looked)), search.told_apart("t")
    query = sql.SQL("select {} from {} as t").format(key, sql.SQL(looked.table))
    # As administrator, whom row-level security does not hold back.
    every = reader.rows(query)
    with acting(copy, identity):
        readable = ran(copy, query)
    with acting(copy, identity):
        found = ran(copy, sql.SQL("select {} from {} as t").format(key, call))
    visible = {row[0] for row in readable.rows} | _own(reader, search, identity, whose)
    hidden = [row[0] for row in found.rows if row[0] not in visible]
    shown = _shown(reader, whose.catalog, search, hidden[:SHOWN])
    refused = "" if found.done else str(found)
    return Seen(identity, refused, found.count, tuple(hidden), shown, len(every) - len(visible))


def _own(reader: Reader, search: Search, identity: Identity, whose: OwnedTables) -> set[str]:
    table = search.looked.table_key
    if table not in whose.owners:
        return set()
    query = sql.SQL("select {} from {} as t where {} = {}").format(
        search.told_apart("t"), sql.SQL(search.looked.table), whose.owner_of(table, "t"),
        sql.Literal(whose.owners[table].of(identity)),
    )  # fmt: skip
    return {row[0] for row in reader.rows(query)}


def _shown(reader: Reader, catalog: Catalog, search: Search, keys: list[str]) -> tuple[str, ...]:
    """Return some rows in one line each, without vectors and the like."""
    names = [
        one.name
        for one in catalog.of_table("columns", *search.looked.table_key)
        if not re.search("vec|bit|bytea|tsvector|timestamp", one.type)
    ]
    query = sql.SQL("select {} from {} as t where {} = any ({}) order by 1").format(
        sql.SQL(", ").join(map(sql.Identifier, names)), sql.SQL(search.looked.table),
        search.told_apart("t"), sql.Literal(keys),
    )  # fmt: skip
    return tuple(described(names, row) for row in reader.rows(query))
