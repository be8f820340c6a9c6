"""Arguments by which an attacker would try to reach rows of others."""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any

import psycopg
from psycopg import Connection

from pytest_schemaverify.behaviour.access.hostile_values import Attacker, combined, with_an_end
from pytest_schemaverify.behaviour.access.rows.maker import Maker
from pytest_schemaverify.behaviour.access.rows.supply import Supply
from pytest_schemaverify.behaviour.access.statements import Table, Values
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds.functions.row import Function
from pytest_schemaverify.sql.names import quoted

from .calls import Value, inputs, signatures
from .hidden_rows import Secrets

CALLS = 24
"""Calls of one function by one identity."""
_FAR = 700_000
"""Far from the numbers that rows have which were made before."""


def arguments(
    connection: Connection[Any], catalog: Catalog, function: Function, secrets: Secrets
) -> Iterator[list[Value]]:
    """Yield lists of arguments: what rows of others hold, and what lets everything through."""
    # Values of a table that the function names are likelier to find something in it.
    known = [*secrets.rows, *secrets.shared]
    rows = [one for one in known if one.bare in function.source] or known
    drafted = partial(_draft, Maker(connection, catalog, {}), secrets.drafts)
    supply = Supply(connection, _FAR)
    attacker = Attacker(connection, catalog, supply, rows, function.source, drafted=drafted)
    enums = [quoted(one.schema, one.name) for one in _enums(catalog)]
    listed = [*signatures(function, enums, dict.fromkeys(row.table for row in rows))]
    names = [one.name for one in inputs(function)]
    for types in listed:
        choices = [attacker.values(*one) for one in zip(types, names, strict=True)]
        most = max(CALLS // len(listed), 4)
        for texts in (*islice(combined(choices, CALLS), most), attacker.usual(types, names)):
            yield list(zip(types, texts, strict=True))


def _draft(maker: Maker, known: dict[Table, Values], table: Table) -> Values:
    """Return a new row of a table; nothing of what was made for it stays."""
    if table not in known:
        maker.supply.number = _FAR
        known[table] = {}
        try:
            with maker.connection.transaction(force_rollback=True):
                known[table] = maker.draft(table).sent
        except (CannotDetermine, psycopg.Error):
            if maker.connection.closed:
                raise
    return known[table]


def _enums(catalog: Catalog) -> list[Any]:
    return [one for one in catalog.families["types"].values() if one.kind == "enum"]


def mild(values: list[Value]) -> list[Value]:
    """Return arguments with an end, in place of those that have none."""
    return [(type_, with_an_end(text)) for type_, text in values]
