"""A tenant's attempts to write a value into the row about itself that lets it do more."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import psycopg
from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import (
    Identity,
    Outcome,
    acting,
    become_administrator,
    ran,
)
from pytest_schemaverify.behaviour.access.rows.values import uuid
from pytest_schemaverify.behaviour.access.statements import Values, cast, insertion
from pytest_schemaverify.behaviour.access.tenants.rights.policy_reach import Cell, claims_of
from pytest_schemaverify.behaviour.access.tenants.rights.row_about_self import RowAboutSelf
from pytest_schemaverify.behaviour.access.trying.column_privileges import granted
from pytest_schemaverify.errors import CannotDetermine

MOST = 4
"""Values that a tenant tries to have."""


@dataclass(frozen=True, slots=True)
class Gain:
    """A value that somebody has given itself, and what it can do since."""

    who: Identity
    by: str
    """`update`, `insert` or `sign-up`."""
    value: str | None
    outcome: Outcome
    cells: frozenset[Cell]


def lets_others_write(row: RowAboutSelf, gain: Gain) -> bool:
    """Return whether a value lets the tenant change rows about others in the same table.

    Then administrators among the users do so with the privilege that all of them have.
    """
    there = row.others()
    return any(
        table == row.right.table and command in ("update", "insert") and key in there
        for reached in (*row.reached().values(), gain.cells)
        for table, command, key in reached
    )


def steps(row: RowAboutSelf) -> Iterator[tuple[str | None, str | None]]:
    """Yield a value that the tenant has, the present or the least, and one that lets it do more."""
    found, there = row.reached(), row.others()
    present = next(iter(found), None)
    if row.by_name:
        others = [one for one in found if one not in (present, None)]
        yield from ((present, value) for value in others[:MOST])
        return
    least = min(found, key=lambda value: len(found[value]), default=None)
    for start in dict.fromkeys((present, least)):
        more = [one for one in found if row.gained(found[start], found[one], there)]
        for value in sorted(more, key=lambda one: -len(found[one]))[:MOST]:
            yield start, value


def by_update(row: RowAboutSelf) -> Gain | None:
    """Return what the tenant gains by an update of its own row."""
    if row.right.column.name not in granted(row.scene, row.me.role, row.right.table, "update"):
        return None
    connection, there = row.scene.connection, row.others()
    for start, value in [*steps(row)]:
        for statement in _updates(row, value):
            with connection.transaction(force_rollback=True):
                row.write(start)
                with acting(connection, row.me):
                    outcome = ran(connection, statement)
                    if outcome.done and outcome.count:
                        become_administrator(connection)
                        before, own = row.reached()[start], row.right.own
                        gained = row.proof(row.me, own, value, before, there)
                        if gained is not None:
                            return Gain(row.me, "update", value, outcome, gained)
    return None


def _updates(row: RowAboutSelf, value: str | None) -> Iterator[sql.Composed]:
    column = row.right.column
    change = sql.SQL("update {} as t set {} = {}").format(
        row.relation, sql.Identifier(column.name), cast(value, column.type)
    )
    # What a condition reads must be readable, and visible; without one nothing is read.
    if {*granted(row.scene, row.me.role, row.right.table, "select")}.issuperset(row.right.own):
        yield sql.SQL("{} where {}").format(change, row.where)
    yield change


def by_insert(row: RowAboutSelf) -> Gain | None:
    """Return what the tenant gains by one more row about itself, or somebody new by the first."""
    if row.right.column.name not in granted(row.scene, row.me.role, row.right.table, "insert"):
        return None
    for value in wanted(row):
        for who, own in ((row.me, row.right.own), newcomer(row)):
            if own and (gain := _inserted(row, who, own, value)) is not None:
                return gain
    return None


def wanted(row: RowAboutSelf) -> list[str | None]:
    """Return the values that let the tenant do more than another."""
    return [*dict.fromkeys(value for _, value in steps(row))][:MOST]


def newcomer(row: RowAboutSelf) -> tuple[Identity, Values]:
    """Return somebody who signs up, and what their row has; nothing where it has a tenant, too."""
    sub, new = row.me.claim("sub"), str(uuid(9_100_000))
    own = {column: new for column, value in row.right.own.items() if value == sub}
    claims = _replaced(dict(row.me.claims), sub, new)
    return replace(row.me, name="somebody new", claims=claims), (
        own if own.keys() == row.right.own.keys() else {}
    )


def _replaced(value: Any, old: str | None, new: str) -> Any:
    if isinstance(value, Mapping):
        return {name: _replaced(one, old, new) for name, one in value.items()}
    if isinstance(value, list):
        return [_replaced(one, old, new) for one in value]
    return new if value == old else value


def _inserted(row: RowAboutSelf, who: Identity, own: Values, value: str | None) -> Gain | None:
    scene, table = row.scene, row.right.table
    usual, chosen = dict(own), {**own, row.right.column.name: value}
    with scene.meanwhile():
        try:
            with scene.connection.transaction():
                draft = scene.maker.draft(table, chosen, who.name).sent
        # There can be no other row about the tenant, or a trigger refuses it.
        except (CannotDetermine, psycopg.Error):
            if scene.connection.closed:
                raise
            return None
        there = row.others()
        before = _with_usual(row, who, usual)
        may = granted(scene, who.role, table, "insert")
        sent = {name: text for name, text in draft.items() if name in may}
        with acting(scene.connection, who):
            outcome = ran(scene.connection, insertion(table, sent, {}))
            if not (outcome.done and outcome.count):
                return None
            become_administrator(scene.connection)
            gained = row.proof(who, own, value, before, there)
        return Gain(who, "insert", value, outcome, gained) if gained is not None else None


def _with_usual(row: RowAboutSelf, who: Identity, own: Values) -> frozenset[Cell]:
    """Return what somebody can do with the row that they have, or have by default."""
    scene = row.scene
    if row.by_name:
        return frozenset()
    with scene.meanwhile():
        if who is not row.me:
            with scene.connection.transaction():
                scene.maker.row(row.right.table, own, who.name)
        with claims_of(scene, who):
            return row.let_through(who)
