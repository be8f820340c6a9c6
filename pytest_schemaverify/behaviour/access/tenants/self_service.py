"""A tenant's attempts to write a value into the row about itself that lets it do more."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg
from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import (
    Identity,
    Outcome,
    acting,
    administered,
    become_administrator,
    ran,
)
from pytest_schemaverify.behaviour.access.rows.values import uuid
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Values, cast, insertion
from pytest_schemaverify.behaviour.access.tenants.policy_reach import (
    Cell,
    claims_of,
    key_of,
    let_through,
)
from pytest_schemaverify.behaviour.access.tenants.rights import Right, values
from pytest_schemaverify.behaviour.access.trying.column_privileges import granted
from pytest_schemaverify.errors import CannotDetermine

MOST = 4
"""Values that a tenant tries to have."""


@dataclass(frozen=True, slots=True)
class Gain:
    """A value that somebody has given itself, and what it can do since."""

    who: Identity
    by: str
    """`update` or `insert`."""
    value: str | None
    outcome: Outcome
    cells: frozenset[Cell]


@dataclass(slots=True)
class RowAboutSelf:
    """The row about tenant A in a table, and what each value of a column lets it do."""

    scene: Scene
    right: Right
    me: Identity = field(init=False)
    _reached: dict[str | None, frozenset[Cell]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.me = self.scene.identities["tenant A"]
        if not self._keys():
            with self.scene.connection.transaction():
                self.scene.maker.row(self.right.table, self.right.own, self.me.name)

    @property
    def where(self) -> sql.Composed:
        """The condition on the row; the table has the alias `t`."""
        return self.scene.condition(self.right.table, self.right.own)

    @property
    def relation(self) -> sql.Identifier:
        """The table in SQL."""
        return sql.Identifier(*self.right.table)

    def write(self, value: str | None) -> None:
        """Have the row with a value, as administrator and without triggers. Raises psycopg.Error.

        What a trigger keeps from everybody is to be changed, too.
        """
        role = "select pg_catalog.set_config('session_replication_role', {}, true)"
        column = self.right.column
        statement = sql.SQL("update {} as t set {} = {} where {}").format(
            self.relation, sql.Identifier(column.name), cast(value, column.type), self.where
        )
        administered(self.scene.connection, sql.SQL(role).format("replica"))
        administered(self.scene.connection, statement)
        administered(self.scene.connection, sql.SQL(role).format("origin"))

    def reached(self) -> dict[str | None, frozenset[Cell]]:
        """Return what policies let the tenant do, by the value of the column; the present first."""
        if not self._reached:
            for value in dict.fromkeys((self._present(), *values(self.scene, self.right))):
                # A check may refuse a value; then nobody can have it.
                with (
                    suppress(psycopg.errors.IntegrityError, psycopg.errors.DataError),
                    self.scene.connection.transaction(force_rollback=True),
                ):
                    self.write(value)
                    with claims_of(self.scene, self.me):
                        self._reached[value] = self.let_through(self.me)
        return self._reached

    def forget(self) -> None:
        """Forget what each value lets the tenant do, where it has become somebody else."""
        self._reached = {}

    def let_through(self, identity: Identity) -> frozenset[Cell]:
        """Return what policies let an identity do that has its claims set."""
        return let_through(self.scene, identity, self.right.asked)

    def best(self) -> str | None:
        """Return the value by which the tenant reaches most; None if all are equal."""
        found = self.reached()
        best = max(found, key=lambda value: len(found[value]), default=None)
        return best if best is not None and found[best] - min(found.values(), key=len) else None

    def gained(
        self, before: frozenset[Cell], after: frozenset[Cell], there: frozenset[str]
    ) -> frozenset[Cell]:
        """Return what can be done to rows besides the one about oneself; `there` are all others."""
        new = after - before
        return frozenset(one for one in new if one[0] != self.right.table or one[2] in there)

    def _present(self) -> str | None:
        statement = sql.SQL("select {}::text from {} as t where {} limit 1").format(
            sql.Identifier("t", self.right.column.name), self.relation, self.where
        )
        rows = administered(self.scene.connection, statement).rows
        present: str | None = rows[0][0] if rows else None
        return present

    def _keys(self) -> frozenset[str]:
        return self.others(mine=True)

    def others(self, *, mine: bool = False) -> frozenset[str]:
        """Return the keys of the rows that are not about the tenant, or of those that are."""
        name = self.right.table[1]
        conditions = [
            sql.SQL("{} = {}").format(
                sql.Identifier(name, column),
                cast(value, self.scene.columns(self.right.table)[column].type),
            )
            for column, value in self.right.own.items()
        ]
        statement = sql.SQL("select {} from {} as {} where ({}) is {}").format(
            key_of(self.scene, self.right.table), self.relation, sql.Identifier(name),
            sql.SQL(" and ").join(conditions), sql.SQL("true" if mine else "not true"),
        )  # fmt: skip
        return frozenset(row[0] for row in administered(self.scene.connection, statement).rows)

    def lets_others_write(self, gain: Gain) -> bool:
        """Return whether a value lets the tenant change rows about others in the same table.

        Then administrators among the users do so with the privilege that all of them have.
        """
        there = self.others()
        return any(
            table == self.right.table and command in ("update", "insert") and key in there
            for reached in (*self.reached().values(), gain.cells)
            for table, command, key in reached
        )


def steps(row: RowAboutSelf) -> Iterator[tuple[str | None, str | None]]:
    """Yield a value that the tenant has, the present or the least, and one that lets it do more."""
    found, there = row.reached(), row.others()
    present = next(iter(found), None)
    least = min(found, key=lambda value: len(found[value]), default=None)
    for start in dict.fromkeys((present, least)):
        more = [one for one in found if row.gained(found[start], found[one], there)]
        for value in sorted(more, key=lambda one: -len(found[one]))[:MOST]:
            yield start, value


def by_update(row: RowAboutSelf) -> Gain | None:
    """Return what the tenant gains by an update of its own row."""
    connection, there = row.scene.connection, row.others()
    for start, value in [*steps(row)]:
        for statement in _updates(row, value):
            with connection.transaction(force_rollback=True):
                row.write(start)
                with acting(connection, row.me):
                    outcome = ran(connection, statement)
                    if outcome.done and outcome.count:
                        become_administrator(connection)
                        before = row.reached()[start]
                        gained = row.gained(before, row.let_through(row.me), there)
                        if gained:
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
    wanted = [*dict.fromkeys(value for _, value in steps(row))][:MOST]
    may = granted(row.scene, row.me.role, row.right.table, "insert")
    if row.right.column.name not in may:
        return None
    for value in wanted:
        for who, own in ((row.me, row.right.own), _newcomer(row)):
            if own and (gain := _inserted(row, who, own, value)) is not None:
                return gain
    return None


def _newcomer(row: RowAboutSelf) -> tuple[Identity, Values]:
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
        except CannotDetermine:  # there can be no other row about the tenant
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
            gained = row.gained(before, row.let_through(who), there)
        return Gain(who, "insert", value, outcome, gained) if gained else None


def _with_usual(row: RowAboutSelf, who: Identity, own: Values) -> frozenset[Cell]:
    """Return what somebody can do with the row that they have, or have by default."""
    scene = row.scene
    with scene.meanwhile():
        if who is not row.me:
            with scene.connection.transaction():
                scene.maker.row(row.right.table, own, who.name)
        with claims_of(scene, who):
            return row.let_through(who)
