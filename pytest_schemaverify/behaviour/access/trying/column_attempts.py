"""What came of one column that an identity tried to use, and what is stored in it afterwards."""

from dataclasses import dataclass

from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import Outcome, administered
from pytest_schemaverify.behaviour.access.statements import cast
from pytest_schemaverify.behaviour.access.trying.trial import Trial
from pytest_schemaverify.kinds.columns.row import Column


@dataclass(frozen=True, slots=True)
class ColumnTried:
    """What came of one column."""

    name: str
    outcome: Outcome
    decides: bool = False
    """The identity reads it, or what it writes there is stored."""
    accepted: bool = False
    """A statement that names it is accepted, even if the row has what it would have anyway."""
    instead: str = ""
    """What is stored in place of what the statement says."""


def reached(outcome: Outcome) -> str:
    """Return how far a statement came: `constraint` says that nothing else was in its way."""
    if outcome.done:
        return "done"
    # A trigger may raise an error with the state of a constraint; then the context names it.
    if outcome.state.startswith("23") and outcome.state != "23502" and not outcome.where:
        return "constraint"
    return "refused" if outcome.state == "42501" else "error"


_FURTHER = {"constraint": 3, "done": 2, "refused": 1, "error": 0}


def further(one: ColumnTried | None, two: ColumnTried) -> ColumnTried:
    """Return which of two attempts came further, and so tells more; of equals the first."""
    if one is None:
        return two
    return two if _FURTHER[reached(two.outcome)] > _FURTHER[reached(one.outcome)] else one


def at_constraint(one: ColumnTried) -> ColumnTried:
    """Return the same as a column that can be used, where only a constraint refused each value.

    Constraints are looked at last, after privileges, policies and triggers, and would take others.
    """
    if reached(one.outcome) != "constraint":
        return one
    return ColumnTried(one.name, one.outcome, decides=True, accepted=True)


def as_stored(trial: Trial, column: Column, value: str | None) -> str | None:
    """Return a value as the column would have it, as text."""
    statement = sql.SQL("select {}::text").format(cast(value, column.type))
    text: str | None = administered(trial.scene.connection, statement).rows[0][0]
    return text


def newest(trial: Trial) -> dict[str, str | None]:
    """Return the row that was written last, as text by column; the administrator has to ask.

    An identity may be unable to read what it writes, and may have changed the key.
    """
    names = [*trial.scene.columns(trial.table)]
    listed = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier("t", n)) for n in names)
    # Every attempt is a transaction within the transaction, with a number of its own.
    statement = sql.SQL("select {} from {} as t order by age(t.xmin), t.ctid desc limit 1").format(
        listed, trial.relation
    )
    rows = administered(trial.scene.connection, statement).rows
    return dict(zip(names, rows[0], strict=True)) if rows else {}
