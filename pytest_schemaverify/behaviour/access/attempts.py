"""One statement tried by an identity: what the server said, and whose rows it reached."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from psycopg import sql

from pytest_schemaverify.behaviour.access.columns import granted
from pytest_schemaverify.behaviour.access.identities import (
    Identity,
    Outcome,
    acting,
    oneself,
    ran,
    tried,
)
from pytest_schemaverify.behaviour.access.scene import Roster, Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.sql import names

_DENIED = re.compile(r"permission denied for (?P<kind>[a-z ]+?) (?P<name>\S+)$")
_RELATIONS = ("table", "view", "materialized view", "foreign table", "relation", "column")
SHOWN = 3
"""Rows of others that a failure shows."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one statement."""

    name: str
    """What was tried, in words: `update … returning`."""
    outcome: Outcome
    own: int = 0
    """Rows of one's own that it reached."""
    others: int = 0
    """Rows of others that it reached."""
    shown: tuple[str, ...] = ()
    """Some of them."""
    main: bool = False
    """It tells whether the expectation holds; the others are ways around it."""
    possible: str = ""
    """Why nobody else could have done it either: what it came to as administrator."""
    told: str = ""
    """What it tells about somebody's row without showing it."""
    by: str = ""
    """Constraint or sequence that tells it."""
    shared: int = 0
    """Rows of others that it reached and that the file says may be seen."""
    changes: bool = False
    """It has changed the rows that it reached, so that nobody has to guess whose they are."""

    @property
    def reached(self) -> int:
        """How many rows it reached."""
        return self.own + self.others + self.shared


@dataclass(frozen=True, slots=True)
class Observed:
    """What one identity achieved with one command at one table."""

    identity: Identity
    table: Table
    attempts: tuple[Attempt, ...]
    total: int
    """Rows that there are."""
    own: int
    """Rows that are the identity's own."""
    mine: int
    """Those of them that were told apart."""
    others: int
    """Rows of others that were told apart."""
    owned: bool
    """The table has an owner's column."""
    power: str = ""
    """Why row-level security does not hold for it, if it does not."""
    can_own: bool = False
    """The identity has what an owner is told by."""
    door: bool = False
    """It is a view or a call, behind which other tables may refuse."""
    reveals: Mapping[str, str] = field(default_factory=dict)
    """Constraints and sequences that may tell something, with the reasons."""

    @property
    def relation(self) -> str:
        """The table's name."""
        return names.quoted(*self.table)

    def kind(self, one: Attempt) -> str:
        """Return what the answer to an attempt means."""
        return kind(one.outcome, None if self.door else self.table)

    @property
    def reaches_own(self) -> bool:
        """Whether it has been seen to reach a row of its own."""
        return any(one.own for one in self.attempts if one.main or one.changes)

    @property
    def main(self) -> tuple[Attempt, ...]:
        """The statements that decide."""
        return tuple(one for one in self.attempts if one.main)


Change = Callable[[sql.Composed | None], sql.Composed]
"""Makes a statement for the rows that a condition chooses; None for all rows."""


@dataclass(slots=True)
class Trying:
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
        self.roster = self.scene.roster(self.table, self.identity)

    @property
    def relation(self) -> sql.Identifier:
        """The table in SQL."""
        return sql.Identifier(*self.table)

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
        owner = self.scene.owners.get(self.table)
        mine = owner.of(self.identity) if owner else None
        readable = {column.name for column in self.columns("select")}
        if owner and owner.column in readable and mine is not None:
            return self.scene.condition(self.table, {owner.column: mine})
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
        before = self._versions_before()
        own: set[str] = set()
        others: list[str] = []
        with acting(scene.connection, identity):
            outcome = ran(scene.connection, statement(where))
            if outcome.done and outcome.count:
                after = self._versions(of_administrator=True)
                touched = {key for key in before if after.get(key) != before[key]}
                own = touched & set(self.roster.mine)
                others = [key for key in self.roster.others if key in touched]
        shown: tuple[str, ...] = ()
        if others:
            shown = tuple(scene.shown(self.table, others[:SHOWN]))
            if where is not None:
                one = statement(scene.keys(self.table, others[:1]))
                outcome = replace(outcome, statement=one.as_string(scene.connection))
        attempt = Attempt(name, outcome, len(own), len(others), shown, main, changes=True)
        self.attempts.append(attempt)
        return attempt

    def _versions_before(self) -> dict[str, str]:
        known = ("versions", self.table, self.identity.name)
        if known not in self.scene.cache:
            self.scene.cache[known] = self._versions()
        found: dict[str, str] = self.scene.cache[known]
        return found

    def _versions(self, *, of_administrator: bool = False) -> dict[str, str]:
        """Return for each row that is told apart where its present version is."""
        keys = [*self.roster.mine, *self.roster.others]
        statement = sql.SQL("select {}, tableoid::text || ctid::text from {} as t where {}").format(
            self.scene.key(self.table), self.relation, self.scene.keys(self.table, keys)
        )
        if of_administrator:
            oneself(self.scene.connection)
        return dict(self.scene.connection.execute(statement).fetchall())

    def as_administrator(self, statement: sql.Composed) -> Outcome:
        """Return what comes of a statement when the administrator runs it."""
        known = ("administrator", statement.as_string(self.scene.connection))
        if known not in self.scene.cache:
            self.scene.cache[known] = tried(self.scene.connection, None, statement)
        found: Outcome = self.scene.cache[known]
        return found


def kind(outcome: Outcome, table: Table | None = None) -> str:
    """Return what an answer means.

    `done`; `refused`, for want of a privilege; `policy`, for a row that a policy does not let
    through; `raised` by a trigger or function; `constraint`; `broken`, an error in the policy or
    in what it calls; https://www.postgresql.org/docs/current/errcodes-appendix.html
    """
    if outcome.done:
        return "done"
    if outcome.state == "42501":
        return _of_privilege(outcome, table)
    if outcome.state.startswith("23"):
        return "constraint"
    if outcome.state.startswith("P0") or (outcome.where and outcome.state[:2] not in _BROKEN):
        return "raised"
    return "broken"


_BROKEN = ("22", "42", "54", "2F", "38", "39", "0A", "57", "XX")


def _of_privilege(outcome: Outcome, table: Table | None) -> str:
    if "violates row-level security" in outcome.message:
        right = table is None or f'"{table[1]}"' in outcome.message
        return "policy" if right else "broken"
    found = _DENIED.match(outcome.message)
    if found is None:
        return "raised" if outcome.where else "refused"
    if table is None or found["name"] in table or found["kind"] == "sequence":
        return "refused"
    # A policy that looks at a table, or calls a function, which the role may not use.
    return "broken"


def written(identity: Identity, outcome: Outcome) -> str:
    """Return what a person types to see it again."""
    return f"begin; {identity.written()}\n{shortened(outcome.statement)};\nrollback;"


_LONG = re.compile(r"'((?:[^']|''){80,})'")


def shortened(statement: str, width: int = 600) -> str:
    """Return a statement in which no literal is longer than a line."""
    text = _LONG.sub(lambda m: f"'{m[1][:60]}…'", statement)
    return text if len(text) <= width else text[: width - 1] + "…"


def read(trying: Trying, statement: sql.Composed) -> tuple[Outcome, Any]:
    """Return the outcome of a query as the identity, and its first row."""
    outcome = tried(trying.scene.connection, trying.identity, statement)
    return outcome, outcome.rows[0] if outcome.rows else None
