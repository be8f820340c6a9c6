"""The rows of a table as its administrator sees them, each with whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table

MOST = 200
"""Rows of a table that are told apart; more would only take longer."""


@dataclass(frozen=True, slots=True)
class Roster:
    """The rows of a table as the administrator sees them."""

    total: int
    own: int
    """Rows of the identity in question."""
    mine: tuple[str, ...]
    """Keys of its own rows, at most `MOST`."""
    others: Mapping[str, str]
    """Keys of rows of others, each with whose it is; those of identities first."""


def roster(scene: Scene, table: Table, identity: Identity) -> Roster:
    """Return the rows of a table, told apart by whose they are, seen by the administrator."""
    owner = scene.owners.get(table)
    mine = owner.of(identity) if owner else None
    known = ("roster", table, mine)
    if known not in scene.cache:
        scene.cache[known] = _read(scene, table, mine)
    roster: Roster = scene.cache[known]
    return roster


def _read(scene: Scene, table: Table, mine: str | None) -> Roster:
    owned = table in scene.owners
    owner = scene.owner_of(table, "t") if owned else sql.SQL("null::text")
    wanted = scene.belongs(table, "t", mine) if owned else sql.SQL("true")
    own: list[str] = []
    if mine is not None and owned:
        own = [key for key, _ in _keys(scene, table, owner, wanted, sql.SQL("1"))]
    rest = sql.SQL("not ({})").format(wanted) if own else sql.SQL("true")
    if scene.among:
        rest = sql.SQL("{} and coalesce({} = any ({}), false)").format(
            rest, owner, sql.Literal(sorted(scene.among))
        )
    order = _of_identities_first(scene, table, owner)
    others = {
        key: scene.who(table, whose) for key, whose in _keys(scene, table, owner, rest, order)
    }
    count = _count(scene, table, wanted) if mine is not None and owned else 0
    return Roster(scene.total(table), count, tuple(own), others)


def _count(scene: Scene, table: Table, where: sql.Composable) -> int:
    statement = sql.SQL("select pg_catalog.count(*) from {} as t where {}").format(
        sql.Identifier(*table), where
    )
    row = scene.connection.execute(statement).fetchone()
    return int(row[0]) if row else 0


def _of_identities_first(scene: Scene, table: Table, owner: sql.Composable) -> sql.Composed:
    """Return the order in which rows of identities come before those of strangers.

    A failure shows the first rows, and a name of the file says more than a key of an owner.
    """
    known = scene.values(table) if table in scene.owners else []
    return sql.SQL("coalesce({} = any ({}::text[]), false) desc, 1").format(
        owner, sql.Literal(known)
    )


def keys_of(scene: Scene, table: Table, value: str | None) -> list[str]:
    """Return the keys of the rows with that owner, of those that are no other identity's too."""
    owner = scene.owner_of(table, "t")
    listed = _keys(
        scene, table, owner, _alone(scene, table, value), _of_identities_first(scene, table, owner)
    )
    return [key for key, whose in listed if whose == value]


def _alone(scene: Scene, table: Table, value: str | None) -> sql.Composable:
    """Return the condition on rows that belong to no identity but the one with this value."""
    if not any(owner.also or owner.users for owner in scene.owners.values()):
        return sql.SQL("true")
    others = [one for one in scene.values(table) if one != value]
    each = [sql.SQL("not {}").format(scene.belongs(table, "t", one)) for one in others]
    return sql.SQL(" and ").join([*each, sql.SQL("true")])


def remove(scene: Scene, owners: Mapping[Table, str | None], *, public: bool = True) -> None:
    """Delete the rows of an owner in each table, and nothing that refers to them.

    Neither foreign keys nor triggers have a say. Rows for everybody may stay: not `public`. It has
    to be undone.
    """
    keys = {
        table: keys_of(scene, table, value) if public else _not_public(scene, table, value)
        for table, value in owners.items()
    }
    # `replica` keeps triggers from firing, and foreign keys are triggers of the system.
    role = "select pg_catalog.set_config('session_replication_role', %s, true)"
    scene.connection.execute(role, ["replica"])
    for table, listed in keys.items():
        statement = sql.SQL("delete from {} as t where {}").format(
            sql.Identifier(*table), scene.keys(table, listed)
        )
        scene.connection.execute(statement)
    scene.connection.execute(role, ["origin"])


def _not_public(scene: Scene, table: Table, value: str | None) -> list[str]:
    keys, condition = keys_of(scene, table, value), scene.owners[table].public
    if not condition or not keys:
        return keys
    statement = sql.SQL("select {} from {} as t where {} and ({}\n) is not true").format(
        scene.key(table), sql.Identifier(*table), scene.keys(table, keys), sql.SQL(condition)
    )
    return [key for (key,) in scene.connection.execute(statement)]


def _keys(
    scene: Scene, table: Table, owner: sql.Composable, where: sql.Composable, order: sql.Composable
) -> list[tuple[str, str | None]]:
    statement = sql.SQL(
        "select {}, {} from {} as t where {} order by {} limit {}"
    ).format(
        scene.key(table), owner, sql.Identifier(*table), where, order, sql.Literal(MOST)
    )  # fmt: skip
    return scene.connection.execute(statement).fetchall()
