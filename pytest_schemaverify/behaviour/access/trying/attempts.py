"""One statement tried by an identity: what the server said, and whose rows it reached."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_schemaverify.behaviour.access.identities import Identity, Outcome
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.canonical.server_errors import DENIED
from pytest_schemaverify.sql import names
from pytest_schemaverify.sql.row_values import marked_literals

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
    """What came of the same as administrator; "" if that succeeded."""
    told: str = ""
    """What it tells about another owner's row without showing it."""
    by: str = ""
    """Constraint or sequence that tells it."""
    shared: int = 0
    """Rows of others that it reached and that the file says may be seen."""
    of: int | None = None
    """Rows that it was about, where a constraint keeps everybody from the others."""
    changes: bool = False
    """It has changed the rows that it reached, which shows whose they are."""

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
    indirect: bool = False
    """It is a view or a call, behind which other tables may refuse."""
    reveals: Mapping[str, str] = field(default_factory=dict)
    """Constraints and sequences that may tell something, with the reasons."""

    @property
    def relation(self) -> str:
        """The table's name."""
        return names.quoted(*self.table)

    def kind(self, one: Attempt) -> str:
        """Return what the answer to an attempt means."""
        return kind(one.outcome, None if self.indirect else self.table)

    @property
    def reaches_own(self) -> bool:
        """Whether it has been seen to reach a row of its own."""
        return any(one.own for one in self.attempts if one.main or one.changes)

    @property
    def main(self) -> tuple[Attempt, ...]:
        """The statements that decide."""
        return tuple(one for one in self.attempts if one.main)


def kind(outcome: Outcome, table: Table | None = None) -> str:
    """Return what an answer means.

    `done`; `refused`, for want of a privilege; `policy`, for a row that a policy does not let
    through; `raised` by a trigger or function; `constraint`; `broken`, an error in the policy or
    in what it calls; https://www.postgresql.org/docs/current/errcodes-appendix.html
    """
    if outcome.done:
        return "done"
    # A missing privilege and a policy that refuses a new row have the same SQLSTATE.
    if outcome.state == "42501":
        return _of_privilege(outcome, table)
    if outcome.state.startswith("23"):
        return "constraint"
    # `raise` has P0001 unless it names another state, and then only the context says that a
    # function wanted it.
    if outcome.state.startswith("P0") or (outcome.where and outcome.state[:2] not in _BROKEN):
        return "raised"
    return "broken"


_BROKEN = ("22", "42", "54", "2F", "38", "39", "0A", "57", "XX")


def _of_privilege(outcome: Outcome, table: Table | None) -> str:
    if "violates row-level security" in outcome.message:
        # A trigger may write into another table, whose policies refuse it.
        right = table is None or f'"{table[1]}"' in outcome.message
        return "policy" if right else "broken"
    # A connection that is held within bounds has `lc_messages` set to C, so this is English.
    found = DENIED.match(outcome.message)
    if found is None:
        return "raised" if outcome.where else "refused"
    if table is None or found["name"] in table or found["kind"] == "sequence":
        return "refused"
    # A policy that looks at a table, or calls a function, which the role may not use.
    return "broken"


def written(identity: Identity, outcome: Outcome) -> str:
    """Return what a person types to see it again."""
    statement = marked_literals(shortened(outcome.statement))
    return f"begin; {identity.written()}\n{statement};\nrollback;"


# Vectors are literals of thousands of characters, which would hide the statement.
_LONG = re.compile(r"'((?:[^']|''){80,})'")
_WIDTH = 600
"""Characters of a statement in a message."""


def shortened(statement: str) -> str:
    """Return a statement in which no literal is longer than a line."""
    text = _LONG.sub(lambda m: f"'{m[1][:60]}…'", statement)
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
