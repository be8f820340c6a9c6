"""One identity, one table, one command: everything that is tried, once."""

from collections.abc import Callable, Mapping

from pytest_schemaverify import names
from pytest_schemaverify.access.attempts import Observed, Trying
from pytest_schemaverify.access.changing import deleted, updated
from pytest_schemaverify.access.identities import Identity, power
from pytest_schemaverify.access.reading import seen
from pytest_schemaverify.access.scene import Scene
from pytest_schemaverify.access.statements import Table
from pytest_schemaverify.access.writing import added

COMMANDS: Mapping[str, Callable[[Trying], None]] = {
    "select": seen, "insert": added, "update": updated, "delete": deleted,
}  # fmt: skip
"""What is tried for each command."""


def observed(
    scene: Scene, identity: Identity, table: Table, command: str, reveals: Mapping[str, str]
) -> Observed:
    """Return what an identity can do to a table with a command.

    Raises CannotDetermine when there are no rows to try it on, or nobody knows whose they are.
    """
    known = ("observed", identity.name, table, command)
    if known not in scene.cache:
        scene.cache[known] = _observed(scene, identity, table, command, reveals)
    found: Observed = scene.cache[known]
    return found


def _observed(
    scene: Scene, identity: Identity, table: Table, command: str, reveals: Mapping[str, str]
) -> Observed:
    exempt = power_at(scene, identity, table)  # first: it says so if there is no such role
    trying = Trying(scene, identity, table)
    COMMANDS[command](trying)
    owner = scene.owners.get(table)
    roster = trying.roster
    return Observed(
        identity, table, tuple(trying.attempts), roster.total, roster.own, len(roster.mine),
        len(roster.others), owner is not None, exempt,
        owner is not None and owner.of(identity) is not None, reveals=reveals,
    )  # fmt: skip


def power_at(scene: Scene, identity: Identity, table: Table) -> str:
    """Return why row-level security does not hold for a role at a table, '' if it does."""
    known = ("power", identity.role, table)
    if known not in scene.cache:
        scene.cache[known] = power(scene.connection, identity, names.quoted(*table))
    reason: str = scene.cache[known]
    return reason
