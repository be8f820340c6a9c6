"""Rows made like one that its owner has: policies may ask for more than whose a row is."""

from pytest_schemaverify.behaviour.access.statements import Values
from pytest_schemaverify.behaviour.access.trying.attempts import Attempt, kind
from pytest_schemaverify.behaviour.access.trying.covert_channels import unique_keys
from pytest_schemaverify.behaviour.access.trying.inserting import inserted
from pytest_schemaverify.behaviour.access.trying.trial import Trial
from pytest_schemaverify.kinds.columns.row import Column


def likened(
    trial: Trial, refused: Attempt, whose: str, value: str | None, sent: Values
) -> tuple[Attempt, Values]:
    """Return the insert that a policy has refused, or that of a row like one which is there.

    A file lies in a bucket, in the folder of its owner: what has only an owner is no such file.
    """
    if value is None or refused.reached or kind(refused.outcome, trial.table) != "policy":
        return refused, sent
    there = trial.scene.own_there(trial.table, value)
    like = _like(trial, there, sent) if there else sent
    if like == sent:
        return refused, sent
    attempt = inserted(trial, refused.name, like, whose, main=True)
    return (attempt, like) if attempt.reached else (refused, sent)


def _like(trial: Trial, there: Values, sent: Values) -> Values:
    """Return a row like another, with values of its own where those must be unique."""
    columns = trial.scene.columns(trial.table)
    may = {
        name for name, one in columns.items()
        if not one.generated and one.identity != "always" and not (one.default and _is_moment(one))
    }  # fmt: skip
    row: dict[str, str | None] = {
        name: text for name, text in there.items() if text is not None and name in may
    }
    for key in unique_keys(trial).values():
        name = _varying(trial, key, columns)
        if name is None:
            continue
        if name in row and columns[name].type in _TEXTS:
            row[name] = f"{row[name]} 2"
        elif name in sent:
            row[name] = sent[name]
        else:
            row.pop(name, None)  # its default makes another one
    return {**sent, **row}


def _is_moment(column: Column) -> bool:
    return column.type.startswith(("timestamp", "date", "time"))


_TEXTS = ("text", "character varying", "citext")


def _varying(trial: Trial, key: tuple[str, ...], columns: dict[str, Column]) -> str | None:
    """Return the column of a key that makes a row another one: none that refers, or says whose."""
    owner = trial.scene.owners.get(trial.table)
    fixed = {owner.column, *owner.through} if owner else set()
    for row in trial.scene.catalog.of_table("constraints", *trial.table):
        if row.kind == "foreign key":
            fixed |= {*row.columns}
    free = [name for name in key if name not in fixed and name in columns]
    return min(free, key=lambda name: columns[name].type not in _TEXTS, default=None)
