"""The row about a tenant in a table, and what each value of a column lets the tenant do."""

from contextlib import suppress
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import Identity, administered
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Values, cast
from pytest_schemaverify.behaviour.access.tenants.rights.columns import Right, values
from pytest_schemaverify.behaviour.access.tenants.rights.policy_reach import (
    Cell,
    claims_of,
    key_of,
    let_through,
    without_triggers,
)


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
        column = self.right.column
        statement = sql.SQL("update {} as t set {} = {} where {}").format(
            self.relation, sql.Identifier(column.name), cast(value, column.type), self.where
        )
        with without_triggers(self.scene):
            administered(self.scene.connection, statement)

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

    @property
    def by_name(self) -> bool:
        """Whether only its name says that the column is about rights: policies let nobody do more.

        Then somebody who does not do it in the database does it for the application.
        """
        found, there = self.reached(), self.others()
        return self.right.named and not any(
            self.gained(one, other, there) for one in found.values() for other in found.values()
        )

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

    def proof(
        self, who: Identity, own: Values, value: str | None, before: frozenset[Cell],
        there: frozenset[str],
    ) -> frozenset[Cell] | None:  # fmt: skip
        """Return what somebody can do since a value is in the row about it; None if it is not.

        The connection is the administrator's and has the claims of that identity.
        """
        if self.by_name:
            return frozenset() if self.has(own, value) else None
        return self.gained(before, self.let_through(who), there) or None

    def has(self, own: Values, value: str | None) -> bool:
        """Return whether a row about somebody has a value in the column."""
        statement = sql.SQL(
            "select 1 from {} as t where {} and {}::text is not distinct from {}::text"
        ).format(
            self.relation, self.scene.condition(self.right.table, own),
            sql.Identifier("t", self.right.column.name), cast(value, self.right.column.type),
        )  # fmt: skip
        return bool(administered(self.scene.connection, statement).rows)

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
