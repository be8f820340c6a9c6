"""Which columns of a row of its own an identity can read, give to a new row, and change."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import Identity, tried
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.trying.column_attempts import ColumnTried
from pytest_schemaverify.behaviour.access.trying.column_changes import changed
from pytest_schemaverify.behaviour.access.trying.column_grants import without
from pytest_schemaverify.behaviour.access.trying.column_inserts import given
from pytest_schemaverify.behaviour.access.trying.trial import Trial
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.sql import names

ROWS = 3
"""Rows of an identity in which a column is tried."""


@dataclass(frozen=True, slots=True)
class ColumnsTried:
    """What came of every column of a table, for one identity and one command."""

    identity: Identity
    table: Table
    command: str
    columns: Mapping[str, ColumnTried]
    """In the order of the table; without generated ones where the command writes."""
    without: Callable[[Collection[str], Sequence[str]], str]
    """Returns the statements that take the privilege on some columns from the identity's role, and
    leave it on others."""


def columns_tried(scene: Scene, identity: Identity, table: Table, command: str) -> ColumnsTried:
    """Return which columns an identity can use. Raises CannotDetermine where there is no row."""
    trial = Trial(scene, identity, table)
    found = {"select": _read, "insert": given, "update": _changed}[command](trial)
    return ColumnsTried(
        identity, table, command, {one.name: one for one in found},
        partial(without, scene, identity.role, table, command),
    )  # fmt: skip


def _read(trial: Trial) -> list[ColumnTried]:
    _rows(trial)  # where there is no row, reading none proves nothing
    found = []
    for name in trial.scene.columns(trial.table):
        statement = sql.SQL("select {} from {} limit 1").format(
            sql.Identifier(name), trial.relation
        )
        outcome = tried(trial.scene.connection, trial.identity, statement)
        can = outcome.done and outcome.count > 0
        found.append(ColumnTried(name, outcome, can, can))
    return found


def _changed(trial: Trial) -> list[ColumnTried]:
    return changed(trial, _rows(trial))


def _rows(trial: Trial) -> Sequence[str]:
    """Return the keys of rows in which columns are tried: the identity's own, if it can own any.

    Raises CannotDetermine where there are none.
    """
    owner = trial.scene.owners.get(trial.table)
    owns = owner is not None and owner.of(trial.identity) is not None
    keys = trial.roster.mine if owns else [*trial.roster.others]
    if not keys:
        raise CannotDetermine(
            f"trying columns of {names.quoted(*trial.table)} as {trial.identity.name}",
            because="there is no row of its own" if owns else "there is no row",
            remedy="give rows under `access.given`, or let them be made: `generate: true`",
        )
    return keys[:ROWS]
