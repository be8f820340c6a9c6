"""One insert of an identity, and whose row it has made."""

from collections.abc import Sequence

from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import tried
from pytest_schemaverify.behaviour.access.statements import Values, insertion
from pytest_schemaverify.behaviour.access.trying.attempts import Attempt
from pytest_schemaverify.behaviour.access.trying.stored import written
from pytest_schemaverify.behaviour.access.trying.trial import Trial


def inserted(trial: Trial, name: str, sent: Values, whose: str, *, main: bool = False) -> Attempt:
    """Return what came of inserting a row that is to be `whose`, an identity's or a stranger's.

    A trigger may have made it somebody else's: what is stored counts, not what was sent.
    """
    statement = insertion(trial.table, sent, {})
    outcome, rows = written(trial.scene, trial.identity, trial.table, statement)
    # With a privilege on some columns only, an insert of all is refused for want of the others, and
    # that would hide what the role can add.
    if not outcome.done and (part := _part(trial, sent, whose)) is not None:
        less, rows = written(trial.scene, trial.identity, trial.table, part)
        outcome = less if less.done else outcome
    possible = ""
    # A refusal says something of policies only if the administrator is not refused as well.
    if main and (not outcome.done or not outcome.count):
        possible = _impossible(trial, statement, whose)
    own, others, made = _counted(trial, [*rows.values()])
    shown = [f"{trial.scene.whose(trial.table, one)} new row" for one in made]
    values = ", ".join(f"{name} = {(text or 'null')[:40]}" for name, text in sent.items())
    told = tuple(f"{who}: {values}" for who in shown[:1]) if others else ()
    return Attempt(name, outcome, own, others, told, main=main, possible=possible)


def _counted(trial: Trial, owners: list[str | None]) -> tuple[int, int, Sequence[str | None]]:
    """Return how many rows are one's own and how many another's, and the owners of the latter.

    Where rows have no owner, each counts as another's.
    """
    owner = trial.scene.owners.get(trial.table)
    if owner is None:
        return 0, len(owners), owners
    mine = owner.of(trial.identity)
    others = [one for one in owners if one is not None and one != mine]
    return sum(one is not None and one == mine for one in owners), len(others), others


def _impossible(trial: Trial, statement: sql.Composed, whose: str) -> str:
    """Return why the administrator cannot insert it, nor with the token of whom it is for."""
    connection = trial.scene.connection
    same = tried(connection, None, statement)
    if same.done and same.count:
        return ""
    if (identity := trial.scene.identities.get(whose)) is not None:
        theirs = tried(connection, identity.administrating(), statement)
        if theirs.done and theirs.count:
            return ""
    return str(same)


def _part(trial: Trial, sent: Values, whose: str) -> sql.Composed | None:
    """Return the insert of the row with the columns only that the role may give, if that is less.

    None where it would not be a row in another owner's name any more.
    """
    may = [column.name for column in trial.columns("insert")]
    owner = trial.scene.owners.get(trial.table)
    less = {name: text for name, text in sent.items() if name in may}
    mine = whose == trial.identity.name
    if not may or not (mine or owner is None or owner.column in less):
        return None
    if less:
        return insertion(trial.table, less, {}) if len(less) < len(sent) else None
    return sql.SQL("insert into {} ({}) values (default)").format(
        trial.relation, sql.Identifier(may[0])
    )
