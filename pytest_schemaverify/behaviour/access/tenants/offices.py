"""Tables of users who have rights over the rows of others, such as staff, that none of them joins.

Both tenants have a row in every table, there too. What only that row opens is no leak.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from pytest_schemaverify.behaviour.access.policy_texts import looks_for_me, texts_about
from pytest_schemaverify.behaviour.access.rosters import remove
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.tenants.leak import Leak
from pytest_schemaverify.behaviour.access.trying.observations import observed
from pytest_schemaverify.errors import CannotDetermine


def offices(scene: Scene) -> list[Table]:
    """Return the tables of users into which policies of other tables look, and tenants add none."""
    return [
        table
        for table, owner in scene.owners.items()
        if owner.column and owner.claim == "sub" and not owner.setting and not owner.itself
        and table not in scene.problems
        and _concern_users_alone(scene, table)
        and _is_looked_into(scene, table, owner.column)
        and not _adds(scene, table)
    ]  # fmt: skip


def _concern_users_alone(scene: Scene, table: Table) -> bool:
    """Return whether rows are about users alone: a member of a team has rights in that only."""
    keys = scene.catalog.of_table("constraints", *table)
    return {*scene.primary_key(table)} == {scene.owners[table].column} and not any(
        row.kind == "foreign key" and {*row.columns} != {scene.owners[table].column} for row in keys
    )


def _is_looked_into(scene: Scene, table: Table, column: str) -> bool:
    others = (one for one in scene.owners if one != table)
    texts = (text for one in others for text in texts_about(scene.catalog, one))
    return any(looks_for_me(text, table, column) for text in texts)


def _adds(scene: Scene, table: Table) -> bool:
    """Return whether a tenant can add a row about itself."""
    try:
        found = observed(scene, scene.identities["tenant A"], table, "insert", scene.reveals)
    except CannotDetermine:
        if scene.connection.closed:
            raise
        return True
    return found.reaches_own


def without_office(
    scene: Scene, held: Sequence[Table], find: Callable[[], Iterator[Leak]]
) -> list[Leak]:
    """Return what is found, without what tenants reach by rows in tables of `held` offices.

    If it cannot be tried without them, they are no more than what every user has.
    """
    found = [*find()]
    if not held or not any(not leak.untried for leak in found):
        return found
    with _dismissed(scene, held):
        again = [*find()]
    return found if any(leak.untried for leak in again) else again


@contextmanager
def _dismissed(scene: Scene, held: Sequence[Table]) -> Iterator[None]:
    with scene.meanwhile():
        scene.cache.clear()  # what was asked before was about who holds an office
        for identity in scene.identities.values():
            remove(scene, {table: scene.owners[table].of(identity) for table in held})
        yield
