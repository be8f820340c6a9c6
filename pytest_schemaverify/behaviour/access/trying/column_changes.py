"""Which columns of a row of its own an identity can change."""

from collections.abc import Sequence

from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import (
    acting,
    administered,
    become_administrator,
    ran,
)
from pytest_schemaverify.behaviour.access.statements import cast
from pytest_schemaverify.behaviour.access.trying.column_attempts import (
    ColumnTried,
    as_stored,
    at_constraint,
    further,
    newest,
)
from pytest_schemaverify.behaviour.access.trying.column_values import other_values
from pytest_schemaverify.behaviour.access.trying.trial import Trial
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.sql import names


def changed(trial: Trial, keys: Sequence[str]) -> list[ColumnTried]:
    """Return what comes of setting each column to another value, in rows with these keys."""
    with trial.scene.meanwhile():  # rows are made to which columns may refer
        columns = trial.scene.columns(trial.table).values()
        return [_changed(trial, column, keys) for column in columns if column.generated is None]


def _changed(trial: Trial, column: Column, keys: Sequence[str]) -> ColumnTried:
    may = column in trial.columns("update")
    met: ColumnTried | None = None
    for value in other_values(trial.scene, trial.identity, trial.table, column):
        for key in keys:
            one = _set(trial, column, value, key)
            if one is None:
                continue
            if one.decides or not may:
                return one
            met = further(met, one)
    if met is None:
        raise CannotDetermine(
            f"changing {column.name} of {names.quoted(*trial.table)} as {trial.identity.name}",
            because=f"no other value of the type {column.type} is known",
            remedy="give rows under `access.given` that have other values there",
        )
    return at_constraint(met)


def _set(trial: Trial, column: Column, value: str | None, key: str) -> ColumnTried | None:
    """Return what comes of setting a column of one row; None if it has that value already."""
    wanted = as_stored(trial, column, value)
    before = _present(trial, column, key)
    if before == wanted:
        return None
    change = sql.SQL("update {} as t set {} = {}").format(
        trial.relation, sql.Identifier(column.name), cast(value, column.type)
    )
    ways = [change]
    key_columns = trial.scene.primary_key(trial.table)
    # A condition reads, and what is read must be readable, and visible before and after.
    if key_columns and {one.name for one in trial.columns("select")}.issuperset(key_columns):
        where = trial.scene.keys(trial.table, [key])
        ways.insert(0, sql.SQL("{} where {}").format(change, where))
    found: ColumnTried | None = None
    for way in ways:
        one = _set_by(trial, column, way, before, wanted)
        if one.decides:
            return one
        found = further(found, one)
    return found


def _set_by(
    trial: Trial, column: Column, statement: sql.Composed, before: str | None, wanted: str | None
) -> ColumnTried:
    with acting(trial.scene.connection, trial.identity):
        outcome = ran(trial.scene.connection, statement)
        if not (outcome.done and outcome.count):
            return ColumnTried(column.name, outcome)
        become_administrator(trial.scene.connection)
        after = newest(trial)[column.name]
    # A trigger may write it at every update, and something else each time, as clock_timestamp().
    decides = after == wanted or (
        after != before
        and after != (usual := _without_change(trial, column))
        and usual == _without_change(trial, column)
    )
    instead = "" if decides else f"{column.name} is {'null' if after is None else after} afterwards"
    return ColumnTried(column.name, outcome, decides, accepted=True, instead=instead)


def _without_change(trial: Trial, column: Column) -> str | None:
    """Return what a column is after an update that leaves it as it is.

    A trigger that writes it, such as the time of the last change, has done so then.
    """
    same = sql.SQL("update {0} as t set {1} = {2}").format(
        trial.relation, sql.Identifier(column.name), sql.Identifier("t", column.name)
    )
    with acting(trial.scene.connection, trial.identity):
        outcome = ran(trial.scene.connection, same)
        if not (outcome.done and outcome.count):
            return None
        become_administrator(trial.scene.connection)
        return newest(trial)[column.name]


def _present(trial: Trial, column: Column, key: str) -> str | None:
    statement = sql.SQL("select {}::text from {} as t where {}").format(
        sql.Identifier("t", column.name), trial.relation, trial.scene.keys(trial.table, [key])
    )
    rows = administered(trial.scene.connection, statement).rows
    text: str | None = rows[0][0] if rows else None
    return text
