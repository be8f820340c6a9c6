"""One identity in front of one table: what it tries there, and the rows that it reaches."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from psycopg import sql

from pytest_schemaverify.behaviour.access.display import shown_rows
from pytest_schemaverify.behaviour.access.identities import Identity, Outcome, looked_at, tried
from pytest_schemaverify.behaviour.access.rosters import Roster, roster
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.trying.attempts import SHOWN, Attempt
from pytest_schemaverify.behaviour.access.trying.column_privileges import granted
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.sql import names

Change = Callable[[sql.Composed | None], sql.Composed]
"""Makes a statement for the rows that a condition chooses; None for all rows."""


@dataclass(slots=True)
class Trial:
    """One identity in front of one table."""

    scene: Scene
    identity: Identity
    table: Table
    roster: Roster = field(init=False)
    attempts: list[Attempt] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.table in self.scene.problems:
            raise self.scene.problems[self.table]
        self.scene.owner_column(self.table)  # a column that there is not is told here
        self.roster = roster(self.scene, self.table, self.identity)

    @property
    def relation(self) -> sql.Identifier:
        """The table in SQL."""
        return sql.Identifier(*self.table)

    @property
    def mine(self) -> str | None:
        """What the owner of one's own rows is; None where one has none."""
        owner = self.scene.owners.get(self.table)
        return owner.of(self.identity) if owner else None

    def columns(self, privilege: str) -> list[Column]:
        """Return the columns for which the role has a privilege, in order."""
        there = self.scene.columns(self.table)
        own = granted(self.scene, self.identity.role, self.table, privilege)
        return [there[name] for name in own if name in there]

    def may(self, command: str) -> bool:
        """Return whether the role has the privilege, for some columns at least.

        Where it has not, one refusal tells everything.
        """
        if command != "delete":
            return bool(self.columns(command))
        known = ("delete", self.table, self.identity.role)
        if known not in self.scene.cache:
            row = self.scene.connection.execute(
                "select pg_catalog.has_table_privilege(%s, %s, 'delete')",
                [self.identity.role, names.quoted(*self.table)],
            ).fetchone()
            self.scene.cache[known] = bool(row and row[0])
        return bool(self.scene.cache[known])

    def own(self) -> sql.Composed:
        """Return the condition on one's own rows, as the identity can write it."""
        owner, mine = self.scene.owners.get(self.table), self.mine
        readable = {column.name for column in self.columns("select")}
        # A condition on a column that the role may not read is refused before any policy is asked.
        marks = self.scene.marks(self.table, mine) if owner else {}
        if mine is not None and marks.keys() <= readable:
            each = [self.scene.condition(self.table, {name: marks[name]}) for name in marks]
            return sql.SQL("({})").format(sql.SQL(" or ").join(each)) if each[1:] else each[0]
        return self.scene.keys(self.table, self.roster.mine)

    def others(self) -> sql.Composed:
        """Return the condition on rows of others."""
        return self.scene.keys(self.table, [*self.roster.others])

    def changed(
        self, name: str, statement: Change, where: sql.Composed | None = None, *, main: bool = False
    ) -> Attempt:
        """Try a statement that changes rows, and see which are others than before, or gone.

        `statement` is made for a condition, so that a failure can show it for one row.
        """
        scene, identity = self.scene, self.identity
        before = self.versions_before()
        # Seen by the administrator: the identity may not see what it has changed or made its own.
        outcome, rows = looked_at(scene.connection, identity, statement(where), self.versions())
        after = dict(rows)
        # Every update writes a new version at another place, even one to the same values; a deleted
        # row has none.
        changed = outcome.done and outcome.count
        touched = {key for key in before if changed and after.get(key) != before[key]}
        own = touched & set(self.roster.mine)
        others = [key for key in self.roster.others if key in touched]
        shown: tuple[str, ...] = ()
        if others:
            shown = tuple(shown_rows(scene, self.table, others[:SHOWN]))
            if where is not None:
                # The condition may list hundreds of keys; a person repeats it for one.
                one = statement(scene.keys(self.table, others[:1]))
                outcome = replace(outcome, statement=one.as_string(scene.connection))
        attempt = Attempt(name, outcome, len(own), len(others), shown, main, changes=True)
        self.attempts.append(attempt)
        return attempt

    def versions_before(self) -> dict[str, str]:
        """Return the versions that the rows have before anything is tried."""
        known = ("versions", self.table, self.identity.name)
        if known not in self.scene.cache:
            self.scene.cache[known] = dict(
                self.scene.connection.execute(self.versions()).fetchall()
            )
        found: dict[str, str] = self.scene.cache[known]
        return found

    def versions(self) -> sql.Composed:
        """Return the query for where the present version is of each row that is told apart."""
        keys = [*self.roster.mine, *self.roster.others]
        # A ctid is the place within one partition only, so the partition belongs to it.
        return sql.SQL("select {}, tableoid::text || ctid::text from {} as t where {}").format(
            self.scene.key(self.table), self.relation, self.scene.keys(self.table, keys)
        )

    def as_administrator(self, statement: sql.Composed) -> Outcome:
        """Return what comes of a statement when the administrator runs it.

        With the identity's token where it fails without: a trigger may ask who is there.
        """
        known = ("administrator", self.identity.name, statement.as_string(self.scene.connection))
        if known not in self.scene.cache:
            for who in (self.identity.administrating(), None):
                found = tried(self.scene.connection, who, statement)
                self.scene.cache[known] = found
                if found.done and found.count:
                    break
        outcome: Outcome = self.scene.cache[known]
        return outcome


def read(trial: Trial, statement: sql.Composed) -> tuple[Outcome, Any]:
    """Return the outcome of a query as the identity, and its first row."""
    outcome = tried(trial.scene.connection, trial.identity, statement)
    return outcome, outcome.rows[0] if outcome.rows else None
