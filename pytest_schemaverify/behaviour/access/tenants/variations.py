"""Other values for the columns that a policy or a view asks for.

A row that was made may be a draft where only what is published shows, or its tenant may be no
admin. Then no identity sees a row, and that proves nothing.
"""

import json
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, combinations, islice
from typing import Any

import psycopg
from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import administered
from pytest_schemaverify.behaviour.access.rows.hints import hints
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table, cast
from pytest_schemaverify.databases.resource_bounds import BoundMet
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.sql import names
from pytest_schemaverify.sql.lexical import IN_STRING

Change = tuple[Table, str, str | None]
"""A column of a table, and what all of its rows have there."""
MOST = 120
"""Variations that are tried, at most."""
EACH = 12
"""Values of one column."""


def variations(
    scene: Scene, tables: Collection[Table], texts: Sequence[str]
) -> Iterator[tuple[Change, ...]]:
    """Yield changes of columns that the texts name: first of one column, then of two."""
    each = [changes for table in sorted(tables) for changes in _by_column(scene, table, texts)]
    single = ((change,) for changes in each for change in changes)
    double = ((a, b) for some, more in combinations(each, 2) for a in some for b in more)
    yield from islice(chain(single, double), MOST)


def single_changes(scene: Scene, table: Table, texts: Sequence[str]) -> Iterator[Change]:
    """Yield changes of one column each that the texts name."""
    return chain.from_iterable(_by_column(scene, table, texts))


def _by_column(scene: Scene, table: Table, texts: Sequence[str]) -> Iterator[list[Change]]:
    words = set(re.findall(r"\w+", " ".join(texts)))
    for column in scene.columns(table).values():
        if column.name in words and is_free(scene, table, column):
            yield [(table, column.name, value) for value in values_of(scene, column, texts)]


def is_free(scene: Scene, table: Table, column: Column) -> bool:
    """Return whether a column may be changed without changing to whom or what its row belongs."""
    owner = scene.owners.get(table)
    bound = {
        name
        for row in scene.catalog.of_table("constraints", *table)
        if row.kind in ("primary key", "unique", "foreign key")
        for name in row.columns
        # A key has the time as well where a table is partitioned by it, and may have any.
        if row.kind == "foreign key" or len(row.columns) == 1 or not _is_a_time(scene, table, name)
    }
    people = {
        name
        for (_, one), row in scene.maker.usual.items()
        if one == table
        for name, value in row.items()
        if value in {identity.claim("sub") for identity in scene.identities.values()}
    }
    taken = {*bound, *people, owner.column if owner else ""}
    return column.name not in taken and column.generated is None


def _is_a_time(scene: Scene, table: Table, name: str) -> bool:
    return scene.maker.supply.kinds(scene.columns(table)[name].type).category == "D"


def values_of(scene: Scene, column: Column, texts: Sequence[str]) -> list[str | None]:
    """Return what a column may become, as expressions and bodies suggest."""
    kind = scene.maker.supply.kinds(column.type)
    found: list[str | None] = [None] if column.nullable else []
    if kind.name in ("bool", "boolean"):
        return ["true", "false", *found]
    if kind.category in ("D", "T"):
        return [*found, "2100-01-01", "2000-01-01"] if kind.name != "interval" else found
    if kind.name in ("json", "jsonb"):
        return [*found, *islice(_documents(texts), EACH)]
    suggested = [*kind.labels, *hints((*kind.checks, *texts), kind, 1)]
    return [*dict.fromkeys((*suggested[:EACH], *found))]


# One or more steps into a document, with the casts that the server writes behind each key.
_STEPS = re.compile(r"(?:->>?\s*'(?:[^']|'')+'(?:::text)?[\s)]*)+")
_KEY = re.compile(r"->>?\s*'((?:[^']|'')+)'")
_CONSTANT = re.compile(rf"(?<!->>)(?<!->)\s'({IN_STRING})'")


def _documents(texts: Sequence[str]) -> Iterator[str]:
    """Yield documents with true, or a constant of the text, where expressions look into them."""
    for text in texts:
        constants = [one.replace("''", "'") for one in _CONSTANT.findall(text)]
        for steps in _STEPS.findall(text):
            keys = [key.replace("''", "'") for key in _KEY.findall(steps)]
            for value in (*constants, True):
                inner: Any = value
                for key in reversed(keys):
                    inner = {key: inner}
                yield json.dumps(inner)


@contextmanager
def varied(scene: Scene, changes: Sequence[Change]) -> Iterator[bool]:
    """Have all rows with other values for a while; yields whether the tables take them."""
    with scene.meanwhile():
        # What was asked before was about rows with other values.
        scene.cache.clear()
        yield all(applied(scene, [change]) for change in changes)


def applied(scene: Scene, changes: Sequence[Change], keys: Sequence[str] | None = None) -> bool:
    """Change columns of one table in its rows, or in those with `keys`.

    Returns whether the table takes that and the rows are still there.
    """
    table, types = changes[0][0], scene.columns(changes[0][0])
    statement = sql.SQL("update {} as t set {}").format(
        sql.Identifier(*table),
        sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), cast(value, types[name].type))
            for _, name, value in changes
        ),
    )  # fmt: skip
    if keys is not None:
        statement = sql.SQL("{} where {}").format(statement, scene.keys(table, keys))
    try:
        with scene.connection.transaction():
            administered(scene.connection, statement)
    except psycopg.Error as error:
        if error.sqlstate is None:
            raise
        return False
    except BoundMet:
        if scene.connection.closed:
            raise
        return False
    return True


def shown(changes: Sequence[Change]) -> str:
    """Return changes in words: `public.members.role = admin`."""
    return " and ".join(
        f"{names.quoted(*table, name)} = {'null' if value is None else value}"
        for table, name, value in changes
    )
