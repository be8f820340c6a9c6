"""One identity, one table, one command: everything that is tried, once."""

from collections.abc import Callable, Mapping

from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.trying.adding import added
from pytest_schemaverify.behaviour.access.trying.attempts import Observed
from pytest_schemaverify.behaviour.access.trying.changing import deleted, updated
from pytest_schemaverify.behaviour.access.trying.reading import seen
from pytest_schemaverify.behaviour.access.trying.row_security import power
from pytest_schemaverify.behaviour.access.trying.trial import Trial
from pytest_schemaverify.databases.resource_bounds import BoundMet, holding
from pytest_schemaverify.sql import names

COMMANDS: Mapping[str, Callable[[Trial], None]] = {
    "select": seen, "insert": added, "update": updated, "delete": deleted,
}  # fmt: skip
"""What is tried for each command."""


def observed(
    scene: Scene, identity: Identity, table: Table, command: str, reveals: Mapping[str, str]
) -> Observed:
    """Return what an identity can do to a table with a command.

    Raises CannotDetermine when there are no rows to try it on, or nothing says whose they are, and
    when an attempt meets a bound: at such a table not much more is tried.
    """
    known = ("observed", identity.name, table, command)
    if known not in scene.cache:
        _require_patience(scene, table, command)
        try:
            scene.cache[known] = _observed(scene, identity, table, command, reveals)
        except BoundMet as error:
            scene.met.append((table, error))
            raise
    found: Observed = scene.cache[known]
    return found


MOST_MET = 20
"""Attempts that meet a bound before nothing more is tried."""


def _require_patience(scene: Scene, table: Table, command: str) -> None:
    """Raise BoundMet where enough attempts have met a bound, at the table or in all."""
    here = [error for at, error in scene.met if at == table]
    most = holding(scene.connection).bounds.met
    if len(here) >= most or len(scene.met) >= MOST_MET:
        last = here[-1] if len(here) >= most else scene.met[-1][1]
        which = f"{len(here)} attempts at it" if len(here) >= most else f"{MOST_MET} attempts"
        raise BoundMet(
            f"{command} at {names.quoted(*table)}",
            f"{which} met bounds before, the last of them: {last.bound}",
            last.where,
        )


def _observed(
    scene: Scene, identity: Identity, table: Table, command: str, reveals: Mapping[str, str]
) -> Observed:
    exempt = power_at(scene, identity, table)  # first: it says so if there is no such role
    trial = Trial(scene, identity, table)
    COMMANDS[command](trial)
    owner = scene.owners.get(table)
    roster = trial.roster
    return Observed(
        identity, table, tuple(trial.attempts), roster.total, roster.own, len(roster.mine),
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
