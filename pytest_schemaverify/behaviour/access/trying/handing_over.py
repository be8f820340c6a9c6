"""One's own rows given away, and those of others made one's own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from pytest_schemaverify.behaviour.access.rosters import remove
from pytest_schemaverify.behaviour.access.statements import Values, cast
from pytest_schemaverify.behaviour.access.trying.attempts import Attempt, kind
from pytest_schemaverify.behaviour.access.trying.stored import written
from pytest_schemaverify.behaviour.access.trying.trial import Change, Trial
from pytest_schemaverify.errors import CannotDetermine

SINGLY = 20
"""Rows that are tried one by one where a constraint keeps all of them together."""


def handed_over(trial: Trial) -> None:
    """Try to give one's own rows away, and to make those of others one's own."""
    other = trial.scene.another(trial.table, trial.identity)
    if other is None or trial.mine is None:
        return
    hands = (_Hand(trial.identity.name, trial.mine), _Hand(*other))
    with trial.scene.meanwhile():
        if trial.roster.mine:
            _tried(trial, hands, _gives, hands[1])
        if trial.roster.others:
            _tried(trial, hands, _takes, hands[0])


@dataclass(frozen=True, slots=True)
class _Hand:
    """Somebody who has rows, or is to have them."""

    name: str
    value: str
    """What the owner's column says of them."""


def _tried(
    trial: Trial,
    hands: tuple[_Hand, _Hand],
    attempt: Callable[[Trial, Change, sql.Composed | None, _Hand], bool],
    to: _Hand,
) -> None:
    """Try to hand rows over `to` somebody: all at once, one by one, and such as nothing refers to.

    An error of a constraint is no denial by a policy: policies were asked before it.
    """
    changes = [*_changes(trial, to)]
    for where in (trial.own() if attempt is _gives else trial.others(), None):
        # What an update reads must be visible before and after; without a condition nothing is
        # read, and no policy for reading is asked.
        if attempt(trial, changes[0], where, to):
            return
    if not any(kind(one.outcome, trial.table) == "constraint" for one in trial.attempts[-2:]):
        return
    keys = trial.roster.mine if attempt is _gives else [*trial.roster.others]
    each = [trial.scene.keys(trial.table, [key]) for key in keys[:SINGLY]]
    if any(attempt(trial, change, one, to) for one in each for change in changes):
        return
    with _unburdened(trial, hands) as fresh:
        if fresh is not None:
            both = (fresh.own() if attempt is _gives else fresh.others(), None)
            any(attempt(fresh, change, one, to) for one in both for change in changes)
            trial.attempts += fresh.attempts


def _changes(trial: Trial, to: _Hand) -> Iterator[Change]:
    """Yield what makes a row somebody's: its owner alone, then what foreign keys tie to it."""
    given = trial.scene.given(trial.table, to.value, to.name)
    yield setting(trial, given)
    tied = {
        column
        for key in trial.scene.catalog.of_table("constraints", *trial.table)
        if key.kind == "foreign key" and given.keys() & {*key.columns}
        for column in key.columns
    } - given.keys()
    there = trial.scene.own_there(trial.table, to.value) if tied else None
    if there is not None:
        yield setting(trial, {**given, **{name: there[name] for name in sorted(tied)}})


def setting(trial: Trial, values: Values) -> Change:
    """Return the update that gives columns these values."""
    types = {name: column.type for name, column in trial.scene.columns(trial.table).items()}
    listed = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name), cast(text, types[name]))
        for name, text in values.items()
    )

    def statement(where: sql.Composed | None) -> sql.Composed:
        made = sql.SQL("update {} as t set {}").format(trial.relation, listed)
        return made if where is None else sql.SQL("{} where {}").format(made, where)

    return statement


def _gives(trial: Trial, change: Change, where: sql.Composed | None, to: _Hand) -> bool:
    """Try to give one's own rows away; whether one is the other's then, whatever triggers do."""
    outcome, after = written(trial.scene, trial.identity, trial.table, change(where))
    # Without row-level security the same statement has written the other's rows as well.
    given = any(after[key] == to.value for key in after.keys() - trial.roster.others.keys())
    told = f"gives a row of its own to {to.name}" if given else ""
    name = f"update that gives a row to {to.name}"
    trial.attempts.append(Attempt(name, outcome, told=told, changes=True))
    return bool(told)


def _takes(trial: Trial, change: Change, where: sql.Composed | None, to: _Hand) -> bool:
    """Try to make rows of others one's own; whether one of them was written."""
    name = "update that makes rows of others one's own"
    if where is None:
        name = f"{name}, without a condition"
    return trial.changed(name, change, where).others > 0


@contextmanager
def _unburdened(trial: Trial, hands: tuple[_Hand, _Hand]) -> Iterator[Trial | None]:
    """Have one row of each, to which no other row refers; None where they cannot be made."""
    scene, table = trial.scene, trial.table
    with scene.meanwhile():
        remove(scene, {table: hands[0].value})
        remove(scene, {table: hands[1].value})
        scene.cache.clear()  # what was asked before was about the rows that are gone
        yield Trial(scene, trial.identity, table) if _made(trial, hands) else None


def _made(trial: Trial, hands: tuple[_Hand, _Hand]) -> bool:
    """Make a row of each; whether the table takes them."""
    scene = trial.scene
    try:
        with scene.connection.transaction():
            for hand in hands:
                scene.own_row(trial.table, hand.value, hand.name)
    except (CannotDetermine, psycopg.Error):
        if scene.connection.closed:
            raise
        return False
    return True
