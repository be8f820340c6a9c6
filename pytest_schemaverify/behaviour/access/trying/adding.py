"""What an identity can add to a table, and what adding tells it about rows of others."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from psycopg import Cursor, sql

from pytest_schemaverify.behaviour.access.display import shown_rows
from pytest_schemaverify.behaviour.access.identities import copied, looked_at, tried
from pytest_schemaverify.behaviour.access.rosters import remove
from pytest_schemaverify.behaviour.access.statements import Made, insertion
from pytest_schemaverify.behaviour.access.trying.attempts import SHOWN, Attempt
from pytest_schemaverify.behaviour.access.trying.consequences import opened
from pytest_schemaverify.behaviour.access.trying.covert_channels import (
    attached,
    row_of_another,
    sequences,
    shown_values,
    told_by_unique,
    unique_keys,
)
from pytest_schemaverify.behaviour.access.trying.disguises import disguised, remember_own
from pytest_schemaverify.behaviour.access.trying.inserting import inserted
from pytest_schemaverify.behaviour.access.trying.likeness import likened
from pytest_schemaverify.behaviour.access.trying.trial import Trial
from pytest_schemaverify.databases.resource_bounds import BoundMet
from pytest_schemaverify.errors import CannotDetermine


def added(trial: Trial) -> None:
    """Try to insert: in one's own name, in another's, over another's row, and to learn by it."""
    with trial.scene.meanwhile():  # a row that others refer to would change what they can see
        trial.attempts += sequences(trial)
        owners = [*_owners(trial)]
        for number, (whose, value) in enumerate(owners):
            last = number == len(owners) - 1
            if trial.may("insert"):
                _added_in_room(trial, whose, value, last=last)
            else:
                trial.attempts.append(_refused(trial, whose))


def _refused(trial: Trial, whose: str) -> Attempt:
    """Try without the privilege, for which no row needs to be made."""
    statement = insertion(trial.table, {}, {})
    outcome = tried(trial.scene.connection, trial.identity, statement)
    return Attempt(_name(whose, mine=whose == trial.identity.name), outcome, main=True)


def _name(whose: str, *, mine: bool) -> str:
    if mine:
        return "insert in one's own name"
    return f"insert in {whose}'s name" if whose else "insert"


def _added_in_room(trial: Trial, whose: str, value: str | None, *, last: bool) -> None:
    """Try to add a row; if there is no room for another, in place of the one that is there."""
    owner = trial.scene.owners.get(trial.table)
    telling = {owner.column, *owner.through} if owner else set()
    # What was tried before the error is tried once more in the room, and must not count twice.
    before = len(trial.attempts)
    try:
        with _room(trial, value, telling):
            _added(trial, whose, value, last=last)
    except CannotDetermine as error:
        usual = {*trial.scene.maker.usual.get((whose, trial.table), {})}
        # A trigger may add the one row that there can be below a parent.
        keys = trial.scene.catalog.of_table("constraints", *trial.table)
        usual |= {name for row in keys if row.kind == "foreign key" for name in row.columns}
        if isinstance(error, BoundMet) or not usual:
            raise
        del trial.attempts[before:]
        with _room(trial, value, telling | usual):
            _added(trial, whose, value, last=last)


def _owners(trial: Trial) -> Iterator[tuple[str, str | None]]:
    """Yield in whose names rows are tried, its own first, and what an owner's column has then."""
    owner = trial.scene.owners.get(trial.table)
    if owner is None:
        yield "", None
        return
    if owner.founded:
        return
    mine = owner.of(trial.identity)
    if mine is not None:
        yield trial.identity.name, mine
    other = trial.scene.another(trial.table, trial.identity)
    if other is not None:
        yield other


def _added(trial: Trial, whose: str, value: str | None, *, last: bool) -> None:
    label = whose or "somebody"
    row = trial.scene.own_draft(trial.table, value, label)
    name = _name(whose, mine=whose == trial.identity.name)
    first = inserted(trial, name, row.sent, whose, main=True)
    draft = row.sent
    attempt, sent = likened(trial, first, whose, value, draft)
    row = replace(row, sent={**sent})
    one = _Candidate(row, whose, whose == trial.identity.name)
    trial.attempts.append(attempt)
    if trial.identity.bypasses_rls:
        return  # nothing is held back
    if one.mine:
        remember_own(trial, draft)
        trial.attempts += told_by_unique(trial, row.sent)
        trial.attempts += attached(trial, row.sent)
        trial.attempts += opened(trial, draft)
    elif not trial.attempts[-1].reached:
        trial.attempts.append(_copied(trial, one))
        if value is not None:
            trial.attempts += disguised(trial, whose, value, row.sent)
    if one.mine or last:
        trial.attempts += _over(trial, one)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A row that the table takes, and in whose name."""

    row: Made
    whose: str
    mine: bool


@contextmanager
def _room(trial: Trial, value: str | None, telling: Collection[str]) -> Iterator[None]:
    """Delete the row of an owner that can have one only, as administrator, until the block ends.

    There is only one with the same values in the columns that are `telling` whose it is.
    """
    single = any(set(key) <= {*telling} for key in unique_keys(trial).values())
    if value is None or not single:
        yield
        return
    with trial.scene.meanwhile():
        remove(trial.scene, {trial.table: value})
        yield


def _copied(trial: Trial, one: _Candidate) -> Attempt:
    """Copy the row in; where row-level security holds the server does not."""
    connection = trial.scene.connection
    # Where row-level security holds for the role, the server refuses COPY FROM as a whole (0A000).
    # What arrives all the same shows that it does not hold.
    listed = sql.SQL(", ").join(map(sql.Identifier, one.row.sent))
    statement = sql.SQL("copy {} ({}) from stdin").format(trial.relation, listed)

    def counted(cursor: Cursor[Any]) -> int:
        with cursor.copy(statement) as copy:
            copy.write_row([*one.row.sent.values()])
        return max(cursor.rowcount, 0)

    outcome = copied(connection, trial.identity, statement, counted)
    count = outcome.count if outcome.done else 0
    shown = (f"a new row: {shown_values(one.row.sent)}",) if count else ()
    name = f"copy … from stdin in {one.whose}'s name" if one.whose else "copy … from stdin"
    return Attempt(name, outcome, 0, count, shown)


def _over(trial: Trial, mine: _Candidate) -> Iterator[Attempt]:
    """Insert with the key of another's row, to change that on conflict."""
    key = trial.scene.primary_key(trial.table)
    theirs = row_of_another(trial)
    settable = [
        column for column in trial.columns("update")
        if column.generated is None and column.name not in key and column.name in mine.row.sent
    ]  # fmt: skip
    if not key or theirs is None or not settable:
        return
    values = {**mine.row.sent, **{name: theirs[name] for name in key}}
    # The server finds the conflict past row-level security, and asks the policies for updates only
    # then: it refuses with 42501 where they do not let the row through.
    change = sql.SQL(", ").join(
        sql.SQL("{0} = excluded.{0}").format(sql.Identifier(column.name)) for column in settable
    )
    statement = sql.SQL("{} on conflict ({}) do update set {}").format(
        insertion(trial.table, values, {}), sql.SQL(", ").join(map(sql.Identifier, key)), change
    )
    before = trial.versions_before()
    look = trial.versions()
    outcome, rows = looked_at(trial.scene.connection, trial.identity, statement, look)
    after, changed = dict(rows), outcome.done and outcome.count
    touched = [k for k in trial.roster.others if changed and after.get(k) != before.get(k)]
    shown = tuple(shown_rows(trial.scene, trial.table, touched[:SHOWN])) if touched else ()
    yield Attempt("insert … on conflict do update", outcome, 0, len(touched), shown)
