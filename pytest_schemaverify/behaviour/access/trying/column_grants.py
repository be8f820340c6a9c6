"""The statements that leave a role a privilege on some columns of a table only."""

from collections.abc import Collection, Sequence

from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.sql import names

# Who has the privilege and so gives it to the role: itself, PUBLIC, roles that it inherits from; on
# the whole table, or on one of these columns.
_GRANTEES = """
select distinct g.whole,
    case when g.grantee = 0 then null else pg_catalog.pg_get_userbyid(g.grantee) end
from (
    select true as whole, acl.grantee, acl.privilege_type
    from pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) acl
    where c.oid = pg_catalog.to_regclass(%(table)s)
    union all
    select false, acl.grantee, acl.privilege_type
    from pg_catalog.pg_attribute a, pg_catalog.aclexplode(a.attacl) acl
    where a.attrelid = pg_catalog.to_regclass(%(table)s) and a.attname = any (%(columns)s)
) g
where g.privilege_type = %(privilege)s
    and (g.grantee = 0 or pg_catalog.pg_has_role(%(role)s, g.grantee, 'usage'))
order by 1, 2 nulls first
"""


def without(
    scene: Scene, role: str, table: Table, privilege: str, columns: Collection[str],
    kept: Sequence[str],
) -> str:  # fmt: skip
    """Return the statements that take a privilege on columns from a role; "" if it has it not.

    What is granted on the whole table cannot be taken column by column: PostgreSQL then revokes
    nothing. So it is revoked, and granted on the columns that are kept.
    """
    asked = {
        "table": names.quoted(*table), "columns": [*columns], "role": role,
        "privilege": privilege.upper(),
    }  # fmt: skip
    found = scene.connection.execute(_GRANTEES, asked).fetchall()
    whole = [grantee for of_table, grantee in found if of_table]
    if not whole:
        listed = _listed([name for name in scene.columns(table) if name in columns])
        given = [grantee for _, grantee in found]
        return _revoke(f"{privilege} ({listed})", table, given) if given else ""
    revoked = _revoke(privilege, table, whole)
    if not kept:
        return revoked
    to = names.quoted(role)
    return f"{revoked}\ngrant {privilege} ({_listed(kept)}) on {names.quoted(*table)} to {to};"


def _revoke(what: str, table: Table, grantees: Sequence[str | None]) -> str:
    people = ", ".join("public" if one is None else names.quoted(one) for one in grantees)
    return f"revoke {what} on {names.quoted(*table)} from {people};"


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(map(names.quoted, columns))
