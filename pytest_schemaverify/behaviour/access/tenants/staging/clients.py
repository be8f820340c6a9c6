"""Who comes as a client besides tenants, and the tables with which clients may do something."""

from collections.abc import Collection, Sequence
from typing import Any

from psycopg import Connection

from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.rows.values import uuid
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.tenants.staging.declared import Tenants
from pytest_schemaverify.behaviour.access.tenants.staging.two_tenants import filled

# A privilege on a partition counts for the table that it is a part of, whose rows it shows.
PRIVILEGED = """
select distinct r.role, s.nspname, w.relname
from pg_catalog.unnest(%s::text[]) as r (role)
join pg_catalog.pg_roles o on o.rolname = r.role
cross join pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join (
    select oid, oid from pg_catalog.pg_class
    union all
    select inhrelid, inhparent from pg_catalog.pg_inherits
) as p (part, whole) on p.part = c.oid
join pg_catalog.pg_class w on w.oid = p.whole
join pg_catalog.pg_namespace s on s.oid = w.relnamespace
where c.relkind in ('r', 'p')
    and pg_catalog.has_schema_privilege(r.role, n.oid, 'usage')
    and (pg_catalog.has_any_column_privilege(r.role, c.oid, 'select, insert, update')
        or pg_catalog.has_table_privilege(r.role, c.oid, 'delete, truncate'))
"""


def privileged(connection: Connection[Any], roles: Collection[str]) -> dict[Table, set[str]]:
    """Return the tables with which, or with parts of which, roles may do something, and which."""
    found: dict[Table, set[str]] = {}
    for role, schema, table in connection.execute(PRIVILEGED, [list(roles)]).fetchall():
        found.setdefault((schema, table), set()).add(role)
    return found


def visitors(
    connection: Connection[Any], tenants: Tenants, clients: Sequence[str]
) -> list[Identity]:
    """Return who else comes as a client: each role without a token, and with one of no tenant.

    Roles that the database does not have are left out.
    """
    known = "select rolname from pg_catalog.pg_roles where rolname = any (%s)"
    there = {role for (role,) in connection.execute(known, [list(clients)]).fetchall()}
    bare = {"request.jwt.claims": "", "request.jwt.claim.role": ""}
    found = []
    for role in clients:
        if role in there and role != tenants.role:
            found.append(Identity(role, role, {"role": role}))
            found.append(Identity(f"{role} without claims", role, {}, bare))
    if tenants.setting or tenants.claim.partition(".")[0] != "sub":
        claims = {**filled(tenants.claims, tenants.claim, None), "sub": str(uuid(9_000_009))}
        found.append(Identity(f"{tenants.role} of no tenant", tenants.role, claims))
    return found
