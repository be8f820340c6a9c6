"""The columns of a relation that a role has a privilege on: of some it may be refused the rest."""

from psycopg import sql

from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.sql import names

# Columns of the system have privileges of their own too (`grant select (ctid)`), which
# has_any_column_privilege() passes over.
_GRANTED = """
select a.attname, a.attnum < 0
from pg_catalog.pg_attribute a
where a.attrelid = pg_catalog.to_regclass(%s) and not a.attisdropped
    and (a.attnum > 0 or a.attacl is not null)
    and pg_catalog.has_column_privilege(%s, a.attrelid, a.attnum, %s)
order by a.attnum
"""


def granted(scene: Scene, role: str, relation: Table, privilege: str) -> list[str]:
    """Return the columns that the role has the privilege on, in order.

    Those of the system, such as ctid, only where there are no others: they tell how many rows there
    are.
    """
    known = ("granted", relation, role, privilege)
    if known not in scene.cache:
        rows = scene.connection.execute(
            _GRANTED, [names.quoted(*relation), role, privilege]
        ).fetchall()
        own = [name for name, of_system in rows if not of_system]
        scene.cache[known] = own or [name for name, _ in rows]
    found: list[str] = scene.cache[known]
    return found


def readable(scene: Scene, role: str, relation: Table) -> sql.Composable:
    """Return what the role can select from a relation: `*`, or the columns that it may read.

    With a star the server would refuse all of them, and that would prove nothing.
    """
    columns = granted(scene, role, relation, "select")
    if not columns or len(columns) == len(scene.columns(relation)):
        return sql.SQL("*")
    return sql.SQL(", ").join(map(sql.Identifier, columns))
