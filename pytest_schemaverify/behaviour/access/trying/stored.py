"""Whose rows are once a statement has written them, read back by the administrator."""

from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import become_administrator
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


def stored(scene: Scene, table: Table) -> dict[str, str | None]:
    """Return the rows that the present savepoint has written, by their keys, with their owners.

    The statement must have written rows, and the connection is the administrator's afterwards.
    """
    become_administrator(scene.connection)
    owner = scene.owner_of(table, "t") if table in scene.owners else sql.SQL("null::text")
    statement = sql.SQL(_WRITTEN).format(
        key=scene.key(table), owner=owner, table=sql.Identifier(*table)
    )
    return dict(scene.connection.execute(statement).fetchall())
