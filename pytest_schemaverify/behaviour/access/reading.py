"""What an identity sees of a table, and in which ways that was tried."""

from collections.abc import Iterator
from dataclasses import replace

import psycopg
from psycopg import sql

from pytest_schemaverify.behaviour.access.attempts import SHOWN, Attempt, Trying, read
from pytest_schemaverify.behaviour.access.columns import readable
from pytest_schemaverify.behaviour.access.identities import Outcome, acting, ran, refused, tried
from pytest_schemaverify.behaviour.access.scene import described
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.sql import names

MOST_COPIED = 5_000
"""Rows up to which a table is also copied and gone through by a cursor."""
CHILDREN = """
select n.nspname, c.relname
from pg_catalog.pg_inherits i
join pg_catalog.pg_class c on c.oid = i.inhrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where i.inhparent = pg_catalog.to_regclass(%s)
order by n.nspname, c.relname
"""


def seen(trying: Trying) -> None:
    """Try to read the table: by a query, through a cursor, by copying, from its partitions."""
    query, plain = _plain(trying)
    trying.attempts.append(plain)
    if trying.may("select") and plain.reached <= MOST_COPIED and not trying.identity.bypasses_rls:
        trying.attempts.append(_cursor(trying, query, plain.shared))
        trying.attempts.append(_copy(trying, plain.shared))
    for child in _children(trying):
        trying.attempts.append(_child(trying, child))


def sees_own(trying: Trying) -> bool:
    """Return whether a query shows the identity a row of its own."""
    return _plain(trying)[1].own > 0


def _plain(trying: Trying) -> tuple[sql.Composed, Attempt]:
    listed = readable(trying.scene, trying.identity.role, trying.table)
    query = sql.SQL("select {} from {} as t").format(listed, trying.relation)
    if not trying.columns("select"):
        outcome = tried(trying.scene.connection, trying.identity, query)
        return query, replace(_only_counted(trying, "select", outcome, 0), main=True)
    own, shared = _own(trying), _shared(trying)
    counts = sql.SQL(
        "select pg_catalog.count(*), pg_catalog.count(*) filter (where {own}), "
        "pg_catalog.count(*) filter (where not {own} and {shared}) from {table} as t"
    ).format(own=own, shared=shared, table=trying.relation)
    outcome, row = read(trying, counts)
    shown = _with_statement(outcome, query, trying)
    if row is None:
        return query, Attempt("select", shown, main=True)
    total, mine, common = row
    if total == mine + common:
        shown = _counted(shown, total)
        return query, Attempt("select", shown, mine, 0, shared=common, main=True)
    others = sql.SQL("{} where not {} and not {} order by {} limit {}").format(
        query, own, shared, _known_first(trying), sql.Literal(SHOWN)
    )
    told, _ = read(trying, others)
    return query, Attempt(
        "select", _counted(_with_statement(told, query, trying), total), mine,
        total - mine - common, tuple(_rows_of_others(trying, told)), shared=common, main=True,
    )  # fmt: skip


def _known_first(trying: Trying) -> sql.Composable:
    """Return the order in which rows of identities come first: those mean something to a reader."""
    owner = trying.scene.owners.get(trying.table)
    readable = {column.name for column in trying.columns("select")}
    if owner is None or owner.column not in readable:
        return sql.SQL("(select 1)")
    return sql.SQL("coalesce({}::text = any ({}), false) desc").format(
        sql.Identifier("t", owner.column), sql.Literal(trying.scene.values(trying.table))
    )


def _own(trying: Trying) -> sql.Composable:
    """Return the condition on one's own rows, which is never NULL."""
    if not trying.roster.mine:
        return sql.SQL("false")
    return sql.SQL("coalesce({}, false)").format(trying.own())


def _shared(trying: Trying) -> sql.Composable:
    """Return the condition on rows of others that the file says may be seen."""
    owner = trying.scene.owners.get(trying.table)
    if owner is None or not owner.shared:
        return sql.SQL("false")
    # A line of its own for the bracket: the text may end in a comment.
    return sql.SQL("coalesce(({}\n), false)").format(sql.SQL(owner.shared))


def _with_statement(outcome: Outcome, query: sql.Composed, trying: Trying) -> Outcome:
    return replace(outcome, statement=query.as_string(trying.scene.connection))


def _counted(outcome: Outcome, total: int) -> Outcome:
    return replace(outcome, count=total)


def _rows_of_others(trying: Trying, outcome: Outcome) -> Iterator[str]:
    """Yield the rows of others that were returned, with whose they are."""
    owner = trying.scene.owners.get(trying.table)
    key = trying.scene.primary_key(trying.table)
    for row in outcome.rows:
        found = dict(zip(outcome.columns, row, strict=True))
        whose = "a"
        if owner is not None and owner.column in found:
            value = found[owner.column]
            whose = trying.scene.whose(trying.table, None if value is None else str(value))
        elif owner is not None and len(key) == 1 and key[0] in found:
            whose = f"{trying.roster.others.get(str(found[key[0]]), 'somebody')}'s"
        yield f"{whose} row: {described(outcome.columns, row)}"


def _cursor(trying: Trying, query: sql.Composed, shared: int) -> Attempt:
    """Declare a cursor and count what it moves over: policies hold for cursors as for queries."""
    connection = trying.scene.connection
    with acting(connection, trying.identity):
        declared = sql.SQL("declare schemaverify cursor for {}").format(query)
        outcome = ran(connection, declared)
        if outcome.done:  # only now are rows looked at
            moved = ran(connection, sql.SQL("move forward all in schemaverify"))
            outcome = replace(moved, statement=outcome.statement)
    return _only_counted(trying, "through a cursor", outcome, shared)


def _copy(trying: Trying, shared: int) -> Attempt:
    """Copy the table out: row-level security holds for that too, or it is refused."""
    connection = trying.scene.connection
    columns = trying.columns("select")
    some = columns and len(columns) < len(trying.scene.columns(trying.table))
    own = readable(trying.scene, trying.identity.role, trying.table)
    listed = sql.SQL(" ({})").format(own) if some else sql.SQL("")
    statement = sql.SQL("copy {}{} to stdout").format(trying.relation, listed)
    text = statement.as_string(connection)
    count = 0
    with acting(connection, trying.identity):
        try:
            with connection.cursor() as cursor, cursor.copy(statement) as copy:
                count = sum(bytes(block).count(b"\n") for block in copy)
            outcome = Outcome(text, count=count)
        except psycopg.Error as error:
            if error.sqlstate is None or connection.closed:
                raise
            outcome = refused(connection, text, error)
    return _only_counted(trying, "copy … to stdout", outcome, shared)


def _only_counted(trying: Trying, name: str, outcome: Outcome, shared: int) -> Attempt:
    """Return an attempt that got as many rows; more than one's own are those of others."""
    own = min(outcome.count, trying.roster.own)
    common = min(outcome.count - own, shared)
    return Attempt(name, outcome, own, outcome.count - own - common, shared=common)


def _children(trying: Trying) -> list[Table]:
    """Return the partitions and inheriting tables: policies of the table do not hold in them."""
    known = ("children", trying.table)
    if known not in trying.scene.cache:
        found = trying.scene.connection.execute(CHILDREN, [names.quoted(*trying.table)])
        trying.scene.cache[known] = found.fetchall()
    children: list[Table] = trying.scene.cache[known]
    return children


def _child(trying: Trying, child: Table) -> Attempt:
    name = f"straight from {names.quoted(*child)}, for which the policies of its parent do not hold"
    listed = readable(trying.scene, trying.identity.role, child)
    query = sql.SQL("select {} from {} as t").format(listed, sql.Identifier(*child))
    limited = sql.SQL("{} where not {} and not {}").format(query, _own(trying), _shared(trying))
    outcome, _ = read(trying, limited)
    shown = tuple(_rows_of_others(trying, outcome))[:SHOWN]
    return Attempt(name, _with_statement(outcome, query, trying), 0, outcome.count, shown)
