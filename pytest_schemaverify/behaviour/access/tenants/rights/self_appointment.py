"""Whether a tenant adds itself to those whom policies let do more, such as staff or moderators.

That somebody has a row there is the right, whatever the row says.
"""

from collections.abc import Iterator

import psycopg
from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import (
    Identity,
    Outcome,
    acting,
    administered,
    become_administrator,
    ran,
)
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table, insertion
from pytest_schemaverify.behaviour.access.tenants.rights.columns import asking, own_row
from pytest_schemaverify.behaviour.access.tenants.rights.policy_reach import (
    Cell,
    claims_of,
    key_of,
    let_through,
    without_triggers,
)
from pytest_schemaverify.behaviour.access.trying.column_privileges import granted
from pytest_schemaverify.errors import CannotDetermine


def appointments(scene: Scene) -> Iterator[tuple[Table, Outcome, frozenset[Cell]]]:
    """Yield each table to which tenant A adds itself, and what it then does to rows of B."""
    me = scene.identities["tenant A"]
    for table, asked in asking(scene).items():
        own = own_row(scene, me.name, table)
        about_me = own and {*own.values()} == {me.claim("sub")}
        if not (about_me and granted(scene, me.role, table, "insert")):
            continue
        try:
            with scene.meanwhile():
                _removed(scene, table, own)
                draft = scene.maker.draft(table, own, me.name).sent
                outcome, cells = _added(scene, me, table, draft, asked)
        # That rows of tenants cannot be made is told where it matters.
        except (CannotDetermine, psycopg.Error):
            if scene.connection.closed:
                raise
            continue
        theirs = {one: _theirs(scene, one) for one in {table for table, _, _ in cells}}
        if gained := frozenset(one for one in cells if one[2] in theirs[one[0]]):
            yield table, outcome, gained


def _added(
    scene: Scene, me: Identity, table: Table, draft: dict[str, str | None], asked: list[Table]
) -> tuple[Outcome, frozenset[Cell]]:
    """Return what comes of a row that the tenant adds about itself, and what it can do since."""
    with claims_of(scene, me):
        before = let_through(scene, me, asked)
    may = granted(scene, me.role, table, "insert")
    sent = {name: text for name, text in draft.items() if name in may}
    with acting(scene.connection, me):
        outcome = ran(scene.connection, insertion(table, sent, {}))
        if not (outcome.done and outcome.count):
            return outcome, frozenset()
        become_administrator(scene.connection)
        return outcome, let_through(scene, me, asked) - before


def _removed(scene: Scene, table: Table, own: dict[str, str | None]) -> None:
    """Delete the rows about the tenant, and nothing that refers to them; it has to be undone."""
    statement = sql.SQL("delete from {} as t where {}").format(
        sql.Identifier(*table), scene.condition(table, own)
    )
    with without_triggers(scene):
        administered(scene.connection, statement)


def _theirs(scene: Scene, table: Table) -> frozenset[str]:
    """Return the keys of the rows of tenant B, without those that tenant A may see all the same."""
    owner = scene.owners.get(table)
    if owner is None:
        return frozenset()
    # What may be seen is a condition on the table under the name `t`.
    statement = sql.SQL(
        "select {} from {} as t where {} = {} and not coalesce(({}\n), false)"
    ).format(
        key_of(scene, table, "t"), sql.Identifier(*table), scene.owner_of(table, "t"),
        sql.Literal(owner.of(scene.identities["tenant B"])), sql.SQL(owner.shared or "false"),
    )  # fmt: skip
    return frozenset(row[0] for row in administered(scene.connection, statement).rows)
