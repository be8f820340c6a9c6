"""What an identity sees of a table, and in which ways that was tried."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from psycopg import Cursor, sql

from pytest_schemaverify.behaviour.access.display import described
from pytest_schemaverify.behaviour.access.identities import Outcome, acting, copied, ran, tried
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.trying.attempts import SHOWN, Attempt
from pytest_schemaverify.behaviour.access.trying.column_privileges import readable
from pytest_schemaverify.behaviour.access.trying.trial import Trial, read
from pytest_schemaverify.sql import names

MOST_COPIED = 5_000
"""Rows up to which a table is also copied and gone through by a cursor."""
# A query of a partition itself is subject to the policies of the partition alone.
CHILDREN = """
select n.nspname, c.relname
from pg_catalog.pg_inherits i
join pg_catalog.pg_class c on c.oid = i.inhrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where i.inhparent = pg_catalog.to_regclass(%s)
order by n.nspname, c.relname
"""


def seen(trial: Trial) -> None:
    """Try to read the table: by a query, through a cursor, by copying, from its partitions."""
    query, plain = _plain(trial)
    trial.attempts.append(plain)
    if trial.may("select") and plain.reached <= MOST_COPIED and not trial.identity.bypasses_rls:
        trial.attempts.append(_cursor(trial, query, plain.shared))
        trial.attempts.append(_copy(trial, plain.shared))
    for child in _children(trial):
        trial.attempts.append(_child(trial, child))


def sees_own(trial: Trial) -> bool:
    """Return whether a query shows the identity a row of its own."""
    return _plain(trial)[1].own > 0


def _plain(trial: Trial) -> tuple[sql.Composed, Attempt]:
    listed = readable(trial.scene, trial.identity.role, trial.table)
    query = sql.SQL("select {} from {} as t").format(listed, trial.relation)
    if not trial.columns("select"):
        outcome = tried(trial.scene.connection, trial.identity, query)
        return query, replace(_only_counted(trial, "select", outcome, 0), main=True)
    own, shared = _own(trial), _shared(trial)
    counts = sql.SQL(
        "select pg_catalog.count(*), pg_catalog.count(*) filter (where {own}), "
        "pg_catalog.count(*) filter (where not {own} and {shared}) from {table} as t"
    ).format(own=own, shared=shared, table=trial.relation)
    outcome, row = read(trial, counts)
    shown = _with_statement(outcome, query, trial)
    if row is None:
        return query, Attempt("select", shown, main=True)
    total, mine, common = row
    if total == mine + common:
        shown = _counted(shown, total)
        return query, Attempt("select", shown, mine, 0, shared=common, main=True)
    others = sql.SQL("{} where not {} and not {} order by {} limit {}").format(
        query, own, shared, _known_first(trial), sql.Literal(SHOWN)
    )
    told, _ = read(trial, others)
    return query, Attempt(
        "select", _counted(_with_statement(told, query, trial), total), mine,
        total - mine - common, tuple(_rows_of_others(trial, told)), shared=common, main=True,
    )  # fmt: skip


def _known_first(trial: Trial) -> sql.Composable:
    """Return the order in which rows of identities come first: those mean something to a reader."""
    owner = trial.scene.owners.get(trial.table)
    readable = {column.name for column in trial.columns("select")}
    if owner is None or owner.column not in readable:
        return sql.SQL("(select 1)")
    return sql.SQL("coalesce({}::text = any ({}), false) desc").format(
        sql.Identifier("t", owner.column), sql.Literal(trial.scene.values(trial.table))
    )


def _own(trial: Trial) -> sql.Composable:
    """Return the condition on one's own rows, which is never NULL."""
    if not trial.roster.mine:
        return sql.SQL("false")
    return sql.SQL("coalesce({}, false)").format(trial.own())


def _shared(trial: Trial) -> sql.Composable:
    """Return the condition on rows of others that the file says may be seen."""
    owner = trial.scene.owners.get(trial.table)
    if owner is None or not owner.shared:
        return sql.SQL("false")
    # A line of its own for the bracket: the text may end in a comment.
    return sql.SQL("coalesce(({}\n), false)").format(sql.SQL(owner.shared))


def _with_statement(outcome: Outcome, query: sql.Composed, trial: Trial) -> Outcome:
    return replace(outcome, statement=query.as_string(trial.scene.connection))


def _counted(outcome: Outcome, total: int) -> Outcome:
    return replace(outcome, count=total)


def _rows_of_others(trial: Trial, outcome: Outcome) -> Iterator[str]:
    """Yield the rows of others that were returned, with whose they are."""
    owner = trial.scene.owners.get(trial.table)
    key = trial.scene.primary_key(trial.table)
    for row in outcome.rows:
        found = dict(zip(outcome.columns, row, strict=True))
        whose = "a"
        if owner is not None and owner.column in found:
            value = found[owner.column]
            whose = trial.scene.whose(trial.table, None if value is None else str(value))
        elif owner is not None and len(key) == 1 and key[0] in found:
            whose = f"{trial.roster.others.get(str(found[key[0]]), 'somebody')}'s"
        yield f"{whose} row: {described(outcome.columns, row)}"


def _cursor(trial: Trial, query: sql.Composed, shared: int) -> Attempt:
    """Declare a cursor and count what it moves over: policies hold for cursors as for queries."""
    connection = trial.scene.connection
    with acting(connection, trial.identity):
        declared = sql.SQL("declare schemaverify cursor for {}").format(query)
        outcome = ran(connection, declared)
        if outcome.done:  # only now are rows looked at
            moved = ran(connection, sql.SQL("move forward all in schemaverify"))
            outcome = replace(moved, statement=outcome.statement)
    return _only_counted(trial, "through a cursor", outcome, shared)


def _copy(trial: Trial, shared: int) -> Attempt:
    """Copy the table out: row-level security holds for that too, or it is refused."""
    connection = trial.scene.connection
    columns = trial.columns("select")
    some = columns and len(columns) < len(trial.scene.columns(trial.table))
    own = readable(trial.scene, trial.identity.role, trial.table)
    listed = sql.SQL(" ({})").format(own) if some else sql.SQL("")
    statement = sql.SQL("copy {}{} to stdout").format(trial.relation, listed)

    def counted(cursor: Cursor[Any]) -> int:
        with cursor.copy(statement) as copy:
            # In the text format one newline ends each row: within a value it is written as \n.
            return sum(bytes(block).count(b"\n") for block in copy)

    outcome = copied(connection, trial.identity, statement, counted)
    return _only_counted(trial, "copy … to stdout", outcome, shared)


def _only_counted(trial: Trial, name: str, outcome: Outcome, shared: int) -> Attempt:
    """Return an attempt that got as many rows; more than one's own are those of others."""
    own = min(outcome.count, trial.roster.own)
    common = min(outcome.count - own, shared)
    return Attempt(name, outcome, own, outcome.count - own - common, shared=common)


def _children(trial: Trial) -> list[Table]:
    """Return the partitions and inheriting tables: policies of the table do not hold in them."""
    known = ("children", trial.table)
    if known not in trial.scene.cache:
        found = trial.scene.connection.execute(CHILDREN, [names.quoted(*trial.table)])
        trial.scene.cache[known] = found.fetchall()
    children: list[Table] = trial.scene.cache[known]
    return children


def _child(trial: Trial, child: Table) -> Attempt:
    name = f"straight from {names.quoted(*child)}, for which the policies of its parent do not hold"
    listed = readable(trial.scene, trial.identity.role, child)
    query = sql.SQL("select {} from {} as t").format(listed, sql.Identifier(*child))
    limited = sql.SQL("{} where not {} and not {}").format(query, _own(trial), _shared(trial))
    outcome, _ = read(trial, limited)
    shown = tuple(_rows_of_others(trial, outcome))[:SHOWN]
    return Attempt(name, _with_statement(outcome, query, trial), 0, outcome.count, shown)
