"""Values that make a user one of those who run the service: staff, admins, moderators.

A row that is made for a tenant may have them by chance. Who has them may do more than a tenant,
which says nothing of tenants.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import sql

from pytest_schemaverify.behaviour.access.policy_texts import tables_in
from pytest_schemaverify.behaviour.access.rosters import keys_of
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.tenants.house_words import OF_THE_HOUSE
from pytest_schemaverify.behaviour.access.tenants.variations import (
    Change,
    applied,
    values_of,
)


@contextmanager
def as_no_staff(scene: Scene) -> Iterator[None]:
    """Have tenant A be one of the users, for a while, with no such role."""
    changes = [*_demotions(scene)]
    if not changes:
        yield
        return
    with scene.meanwhile():
        scene.cache.clear()  # what was asked before was of one of the house
        for options, keys in changes:
            any(applied(scene, [one], keys) for one in options)
        yield


def _looked_up(scene: Scene) -> Iterator[Table]:
    """Yield the tables of users' rows that policies or functions name."""
    policies = scene.catalog.families["policies"].values()
    texts = [text for one in policies for text in (one.using, one.with_check) if text]
    texts += [one.source or "" for one in scene.catalog.families["functions"].values()]
    me = scene.identities["tenant A"]
    for table in tables_in(scene.catalog, texts):
        owner = scene.owners.get(table)
        known = owner is not None and owner.column and table not in scene.problems
        if owner and known and owner.of(me) == me.claim("sub"):
            yield table


def _demotions(scene: Scene) -> Iterator[tuple[list[Change], list[str]]]:
    """Yield what else rows of tenant A may have where they say that it is one of the house."""
    me = scene.identities["tenant A"]
    for table in _looked_up(scene):
        owner = scene.owners[table]
        rows = scene.catalog.of_table("constraints", *table)
        checks = [row.expression or "" for row in rows if row.kind == "check"]
        fixed = {name for row in rows if row.kind == "foreign key" for name in row.columns}
        keys = keys_of(scene, table, owner.of(me))
        for column in scene.columns(table).values():
            kind = scene.maker.supply.kinds(column.type)
            words = kind.labels or kind.category == "S"
            if not words or column.name in {owner.column, *fixed}:
                continue
            if any(OF_THE_HOUSE.search(one) for one in _words(scene, table, column.name, keys)):
                values = values_of(scene, column, checks)
                options = [one for one in values if one and not OF_THE_HOUSE.search(one)]
                yield [(table, column.name, one) for one in options], keys


def _words(scene: Scene, table: Table, column: str, keys: list[str]) -> list[str]:
    """Return the single words that rows have in a column."""
    statement = sql.SQL("select t.{}::text from {} as t where {}").format(
        sql.Identifier(column), sql.Identifier(*table), scene.keys(table, keys)
    )
    found = [row[0] or "" for row in scene.connection.execute(statement).fetchall()]
    # What a made text says has several words: `title of tenant A 1900012`.
    return [one for one in found if re.fullmatch(r"[\w-]+", one)]
