"""What an identity can change and delete, of its own and of others."""

from dataclasses import replace

from psycopg import sql

from pytest_schemaverify.behaviour.access.display import shown_rows
from pytest_schemaverify.behaviour.access.identities import tried
from pytest_schemaverify.behaviour.access.statements import cast
from pytest_schemaverify.behaviour.access.trying.attempts import Attempt, kind
from pytest_schemaverify.behaviour.access.trying.consequences import moved
from pytest_schemaverify.behaviour.access.trying.default_privileges import left_to_the_database
from pytest_schemaverify.behaviour.access.trying.handing_over import handed_over
from pytest_schemaverify.behaviour.access.trying.trial import Change, Trial
from pytest_schemaverify.kinds.columns.row import Column

SINGLY = 20
"""Rows that are tried one by one where one of many is refused; those of identities come first."""


def updated(trial: Trial) -> None:
    """Try to update: one's own rows, those of others, blindly, to give away and to take over."""
    column = _harmless(trial)
    # To the value that it has: an attempt shall fail by a policy, not by a check or a unique key.
    same = sql.SQL("{0} = {0}").format(sql.Identifier(column.name))
    if trial.roster.mine:
        _tried(trial, "update of one's own rows", _setting(trial, same), trial.own())
    if trial.roster.others:
        what = "update of rows of others"
        _tried(trial, what, _setting(trial, same, _returning(trial)), trial.others())
    if not trial.roster.total:
        trial.changed("update", _setting(trial, same), main=True)  # the privilege can be told
    if trial.identity.bypasses_rls or not trial.may("update"):
        return  # nothing is held back, or everything
    _blind(trial, column)
    handed_over(trial)
    trial.attempts += moved(trial)


def _tried(trial: Trial, name: str, statement: Change, where: sql.Composed) -> None:
    """Make the attempt that decides, and see whether the administrator could have done it."""
    attempt = trial.changed(name, statement, where, main=True)
    if attempt.reached:
        return
    if kind(attempt.outcome, trial.table) in ("policy", "raised", "constraint"):
        # One row that is refused hides what would become of the others.
        mine = name.endswith("own rows")
        found = _without_those_kept(trial, name, statement, mine=mine)
        found = found or _one_by_one(trial, name, statement, mine=mine)
        if found is not None:
            trial.attempts[-1] = found
            return
    same = trial.as_administrator(statement(where))
    if (same.done and same.count) or same.state == "23503":  # reached, and kept by another table
        return
    trial.attempts[-1] = replace(attempt, possible=str(same))


def _without_those_kept(
    trial: Trial, name: str, statement: Change, *, mine: bool
) -> Attempt | None:
    """Return the attempt at the rows that an administrator can change or delete, if it gets any.

    What a constraint keeps everybody from, such as deleting a row that others refer to, says
    nothing of the identity.
    """
    keys = [*(trial.roster.mine if mine else trial.roster.others)][:SINGLY]
    able = [
        key for key in keys
        if trial.as_administrator(statement(trial.scene.keys(trial.table, [key]))).count
    ]  # fmt: skip
    if not able or len(able) == len(keys):
        return None
    trial.changed(name, statement, trial.scene.keys(trial.table, able), main=True)
    attempt = trial.attempts.pop()
    return replace(attempt, of=len(able)) if attempt.reached else None


def _one_by_one(trial: Trial, name: str, statement: Change, *, mine: bool) -> Attempt | None:
    """Return the attempt at the first row that is reached when each is tried for itself."""
    keys = [*(trial.roster.mine if mine else trial.roster.others)]
    if len(keys) < 2:
        return None
    before = len(trial.attempts)
    try:
        for key in keys[:SINGLY]:
            where = trial.scene.keys(trial.table, [key])
            one = trial.changed(name, statement, where, main=True)
            if one.reached:
                return one
    finally:
        del trial.attempts[before:]
    return None


def _setting(trial: Trial, change: sql.Composed, back: sql.Composable | None = None) -> Change:
    def statement(where: sql.Composed | None) -> sql.Composed:
        made = sql.SQL("update {} as t set {}").format(trial.relation, change)
        if where is not None:
            made = sql.SQL("{} where {}").format(made, where)
        return made if back is None else sql.SQL("{} returning {}").format(made, back)

    return statement


def _returning(trial: Trial) -> sql.Composable | None:
    columns = trial.columns("select")
    if not columns:
        return None
    return sql.SQL(", ").join(sql.Identifier("t", column.name) for column in columns[:6])


def _harmless(trial: Trial) -> Column:
    """Return the column that is set: one that the role may set, and on which nothing hangs."""
    columns = trial.scene.columns(trial.table)
    involved = {
        name
        for row in trial.scene.catalog.of_table("constraints", *trial.table)
        if row.kind != "check"
        for name in row.columns
    }
    may = {column.name for column in trial.columns("update")}
    owner = trial.scene.owners.get(trial.table)
    plain = [c for c in columns.values() if c.generated is None and c.identity != "always"]

    def cost(column: Column) -> tuple[bool, bool, bool, int]:
        return (
            column.name not in may,
            owner is not None and column.name == owner.column,
            column.name in involved,
            column.position,
        )

    return min(plain or [*columns.values()], key=cost)


def _blind(trial: Trial, column: Column) -> None:
    """Update without reading anything: then only the policies for updates hold."""
    known = ("blind", trial.table, column.name)
    if known not in trial.scene.cache:
        value = (
            None if column.nullable else trial.scene.maker.supply.value(column.type, column.name)
        )
        trial.scene.cache[known] = cast(value, column.type)
    # A constant: `x = x` would read the column, and what is read has to pass the policies for
    # reading.
    change = sql.SQL("{} = {}").format(sql.Identifier(column.name), trial.scene.cache[known])
    trial.changed("update without a condition, of what cannot be seen", _setting(trial, change))


def deleted(trial: Trial) -> None:
    """Try to delete: one's own rows, those of others, blindly, and everything at once."""

    def statement(where: sql.Composed | None) -> sql.Composed:
        made = sql.SQL("delete from {} as t").format(trial.relation)
        return made if where is None else sql.SQL("{} where {}").format(made, where)

    if trial.roster.mine:
        _deletion(trial, "delete of one's own rows", statement, trial.own(), mine=True)
    if trial.roster.others:
        _deletion(trial, "delete of rows of others", statement, trial.others(), mine=False)
    if not trial.roster.total:
        trial.changed("delete", statement, main=True)
    if trial.may("delete") and not trial.identity.bypasses_rls:
        trial.changed("delete without a condition, of what cannot be seen", statement)
    _truncated(trial)


def _deletion(
    trial: Trial, name: str, statement: Change, where: sql.Composed, *, mine: bool
) -> None:
    _tried(trial, name, statement, where)
    attempt = trial.attempts[-1]
    if attempt.outcome.state == "23503":
        # The row was deleted already when the foreign key of another table was looked at.
        count = len(trial.roster.mine if mine else trial.roster.others)
        shown = () if mine else _one_of_others(trial)
        trial.attempts[-1] = replace(
            attempt, own=count * mine, others=count * (not mine), shown=shown, possible=""
        )


def _truncated(trial: Trial) -> None:
    """Empty the table: row-level security does not hold for that, only a privilege of its own."""
    connection = trial.scene.connection
    if left_to_the_database(trial.scene, trial.identity.role, "tables", trial.table):
        return
    # Without `cascade` the server refuses it for every table that another one refers to.
    statement = sql.SQL("truncate {} cascade").format(trial.relation)
    outcome = tried(connection, trial.identity, statement)
    others = trial.roster.total - trial.roster.own if outcome.done else 0
    shown = _one_of_others(trial) if others else ()
    trial.attempts.append(Attempt("truncate", outcome, 0, others, shown))


def _one_of_others(trial: Trial) -> tuple[str, ...]:
    """Return a row of another owner in words."""
    return tuple(shown_rows(trial.scene, trial.table, [*trial.roster.others][:1]))
