"""Whether row-level security holds for an identity at a table."""

from typing import Any

from psycopg import Connection

from pytest_schemaverify.behaviour.access.identities import Identity, acting

# `usage` follows the rights that a role inherits, as the server does for owners; a role that it
# could only change to does not count.
POWER = """
select r.rolname, r.rolsuper, r.rolbypassrls,
       c.relrowsecurity and not c.relforcerowsecurity
           and pg_catalog.pg_has_role(r.oid, c.relowner, 'usage'),
       pg_catalog.pg_get_userbyid(c.relowner)
from pg_catalog.pg_roles r
left join pg_catalog.pg_class c on c.oid = %s
where r.rolname = current_user
"""


def power(connection: Connection[Any], identity: Identity, relation: str) -> str:
    """Return why row-level security does not hold for an identity at a table, '' if it does.

    Asked as that identity: https://www.postgresql.org/docs/current/ddl-rowsecurity.html exempts
    superusers, roles with BYPASSRLS and, unless it is forced, the table's owner and its members.
    """
    # Looked up beforehand: the role may not have USAGE on the schema.
    there = connection.execute("select pg_catalog.to_regclass(%s)::oid", [relation]).fetchone()
    with acting(connection, identity):
        row = connection.execute(POWER, there).fetchone()
    assert row is not None
    role, superuser, bypass, owns, owner = row
    if superuser:
        return f"the role {role} is a superuser"
    if bypass:
        return f"the role {role} has BYPASSRLS"
    if owns:
        member = "is" if role == owner else f"is a member of {owner},"
        return f"the role {role} {member} the owner of {relation}, whose security is not forced"
    return ""
