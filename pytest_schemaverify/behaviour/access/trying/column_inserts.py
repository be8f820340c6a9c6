"""To which columns of a new row an identity can give a value."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pytest_schemaverify.behaviour.access.identities import (
    Outcome,
    acting,
    become_administrator,
    ran,
)
from pytest_schemaverify.behaviour.access.rosters import remove
from pytest_schemaverify.behaviour.access.statements import Values, insertion
from pytest_schemaverify.behaviour.access.trying.column_attempts import (
    ColumnTried,
    as_stored,
    at_constraint,
    further,
    newest,
)
from pytest_schemaverify.behaviour.access.trying.column_values import other_values
from pytest_schemaverify.behaviour.access.trying.covert_channels import unique_keys
from pytest_schemaverify.behaviour.access.trying.trial import Trial
from pytest_schemaverify.kinds.columns.row import Column


def given(trial: Trial) -> list[ColumnTried]:
    """Return what comes of giving each column of a new row a value of the identity's choice."""
    owner = trial.scene.owners.get(trial.table)
    mine = owner.of(trial.identity) if owner else None
    label = trial.identity.name if mine is not None else "somebody"
    with _room(trial, mine):
        draft = trial.scene.own_draft(trial.table, mine, label).sent
        columns = [one for one in trial.scene.columns(trial.table).values() if not one.generated]
        choices = {
            one.name: other_values(trial.scene, trial.identity, trial.table, one) for one in columns
        }
        base = _base(trial, draft, choices)
        usual = _Usual(_inserted(trial, base)[1], _inserted(trial, base)[1])
        return [_given(trial, one, base, usual, choices[one.name]) for one in columns]


@dataclass(frozen=True, slots=True)
class _Usual:
    """The row that is stored when the identity gives only what it must, twice."""

    row: Values
    again: Values

    def of(self, column: str) -> str | None:
        """Return what a column has then."""
        return self.row.get(column)

    def is_chosen(self, column: str, wanted: str | None, after: str | None) -> bool:
        """Return whether it is the identity's choice that a column of another row is `after`."""
        if after == self.of(column) and self.row:
            return False
        # What differs from row to row, such as an id, differs without anybody's choice as well.
        return after == wanted or self.again.get(column) == self.of(column)


@contextmanager
def _room(trial: Trial, value: str | None) -> Iterator[None]:
    """Undo all that is done here; where an owner has one row only, that is gone meanwhile."""
    owner = trial.scene.owners.get(trial.table)
    telling = {owner.column, *owner.through} if owner else set()
    with trial.scene.meanwhile():
        if value is not None and any(set(key) <= telling for key in unique_keys(trial).values()):
            remove(trial.scene, {trial.table: value})
        yield


def _base(
    trial: Trial, draft: Values, choices: dict[str, list[str | None]]
) -> dict[str, str | None]:
    """Return a row that the identity can insert, if there is one: as few columns as it needs.

    Policies may want a value that the table does not: of one column each is tried.
    """
    may = [one.name for one in trial.columns("insert")]
    least = {name: text for name, text in draft.items() if name in may}
    for change in ({}, *({name: text} for name in may for text in choices.get(name, ()))):
        outcome, _ = _inserted(trial, {**least, **change})
        if outcome.done and outcome.count:
            return {**least, **change}
        if outcome.message.startswith("permission denied"):
            break
    return least


def _inserted(trial: Trial, values: Values) -> tuple[Outcome, dict[str, str | None]]:
    """Return what comes of an insert, and the row that is stored."""
    with acting(trial.scene.connection, trial.identity):
        outcome = ran(trial.scene.connection, insertion(trial.table, values, {}))
        if not (outcome.done and outcome.count):
            return outcome, {}
        become_administrator(trial.scene.connection)
        return outcome, newest(trial)


def _given(
    trial: Trial, column: Column, base: Values, usual: _Usual, values: list[str | None]
) -> ColumnTried:
    """Return what comes of giving a column other values than it usually has, and its own last."""
    last = [base[column.name]] if column.name in base else [usual.of(column.name)]
    accepted: ColumnTried | None = None
    met: ColumnTried | None = None
    for value in [*values, *last]:
        one = _give(trial, column, base, usual, value)
        if one.decides or one.instead:  # chosen by the identity, or by a trigger in its place
            return one
        accepted = one if one.accepted else accepted
        met = further(met, one)
    assert met is not None
    return accepted or at_constraint(met)


def _give(
    trial: Trial, column: Column, base: Values, usual: _Usual, value: str | None
) -> ColumnTried:
    outcome, row = _inserted(trial, {**base, column.name: value})
    if not row:
        return ColumnTried(column.name, outcome)
    wanted, after = as_stored(trial, column, value), row[column.name]
    # A row that has that anyway is no choice of the identity's.
    decides = usual.is_chosen(column.name, wanted, after)
    kept = decides or after == wanted
    stored = "null" if after is None else after
    instead = "" if kept else f"{column.name} is {stored} in the new row"
    return ColumnTried(column.name, outcome, decides, accepted=kept, instead=instead)
