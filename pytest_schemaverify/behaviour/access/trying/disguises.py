"""Rows that pass for one's own: signed with another's name, or put among another's rows."""

from collections.abc import Iterator

from pytest_schemaverify.behaviour.access.statements import Table, Values
from pytest_schemaverify.behaviour.access.trying.attempts import Attempt
from pytest_schemaverify.behaviour.access.trying.inserting import inserted
from pytest_schemaverify.behaviour.access.trying.trial import Trial
from pytest_schemaverify.errors import CannotDetermine


def disguised(trial: Trial, whose: str, value: str, theirs: Values) -> Iterator[Attempt]:
    """Yield inserts of rows that policies may take for one's own, up to one that is another's.

    `theirs` is a row of the other owner, who is `value`.
    """
    own, owner = own_draft(trial), trial.scene.owners[trial.table]
    if own is not None and owner.column:
        # A policy that asks for the parent alone lets everybody sign with anybody's name.
        name = f"insert of a row of one's own in {whose}'s name"
        found = inserted(trial, name, {**own, owner.column: value}, whose)
        yield found
        if found.others:
            return
    if people := people_of(trial):
        # A policy that asks for the member alone lets everybody join whatever they like.
        name = f"insert of oneself among {whose}'s rows"
        yield inserted(trial, name, {**theirs, **people}, whose)


def remember_own(trial: Trial, sent: Values) -> None:
    """Keep a row of one's own that the table takes, since it takes long to make another one."""
    trial.scene.cache[_known(trial)] = sent


def own_draft(trial: Trial) -> Values | None:
    """Return a row of one's own that the table takes; None where one can have no such row."""
    if trial.mine is None:
        return None
    known = _known(trial)
    if known not in trial.scene.cache:
        try:
            made = trial.scene.own_draft(trial.table, trial.mine, trial.identity.name)
        except CannotDetermine:
            return None
        trial.scene.cache[known] = made.sent
    own: Values = trial.scene.cache[known]
    return own


def _known(trial: Trial) -> tuple[str, Table, str]:
    return ("own draft", trial.table, trial.identity.name)


def people_of(trial: Trial) -> dict[str, str]:
    """Return the columns that say which person a row is about, with oneself in each of them."""
    owner, me = trial.scene.owners.get(trial.table), trial.identity.claim("sub")
    besides = {owner.column, *owner.through} if owner else set()
    named = (column for table, column in sorted(trial.scene.people) if table == trial.table)
    return {column: me for column in named if me is not None and column not in besides}
