"""Whose rows are once a statement has written them, read back by the administrator."""

from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import Identity, Outcome, looked_at
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table

# The highest id of a transaction that is held is that of the present savepoint, once it has written
# something: a savepoint that ends lets its own go. Those within it, of handlers of exceptions, are
# higher. https://www.postgresql.org/docs/current/view-pg-locks.html
_WRITTEN = """
select {key}, {owner} from {table} as t
where t.xmin::text::bigint >= (
    select pg_catalog.max(l.transactionid::text::bigint) from pg_catalog.pg_locks l
    where l.locktype = 'transactionid' and l.pid = pg_catalog.pg_backend_pid() and l.granted
)
"""


def written(
    scene: Scene, identity: Identity, table: Table, statement: sql.Composed
) -> tuple[Outcome, dict[str, str | None]]:
    """Return what comes of a statement, and the rows that it has written with their owners.

    The rows are told by their keys, and the statement is rolled back.
    """
    query = stored(scene, table, identity)
    outcome, rows = looked_at(scene.connection, identity, statement, query)
    return outcome, dict(rows)


def stored(scene: Scene, table: Table, identity: Identity | None = None) -> sql.Composed:
    """Return the administrator's query for rows that the present savepoint has written.

    It gives their keys and their owners: the identity where a row names it as the user whose it is
    as well. The savepoint must have written something.
    """
    owner = scene.owner_of(table, "t") if table in scene.owners else sql.SQL("null::text")
    if identity is not None and table in scene.owners and scene.owners[table].users:
        mine = scene.owners[table].of(identity)
        owner = sql.SQL("case when {} then {} else {} end").format(
            scene.belongs(table, "t", mine), sql.Literal(mine), owner
        )
    return sql.SQL(_WRITTEN).format(key=scene.key(table), owner=owner, table=sql.Identifier(*table))
