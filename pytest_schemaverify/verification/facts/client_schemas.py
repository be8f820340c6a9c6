"""The schemas that clients may use, whether or not the file names them."""

from collections.abc import Iterable

from psycopg import sql

from pytest_schemaverify.kinds.platforms import platform_schema

from .facts import Facts

# Members of extensions (deptype e) are their authors' to answer for.
_OPEN = sql.SQL("""
select n.nspname
from pg_catalog.pg_namespace as n
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and exists (
        select from pg_catalog.pg_roles as r
        where r.rolname = any ({}) and pg_catalog.has_schema_privilege(r.oid, n.oid, 'usage')
    )
    and not exists (
        select from pg_catalog.pg_depend as d
        where d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass and d.objid = n.oid
            and d.deptype = 'e'
    )
order by 1
""")


def reach(
    facts: Facts, schemas: list[str] | None = None, roles: Iterable[str] = ()
) -> frozenset[str]:
    """Return the schemas in scope and those that clients, or other roles, may use.

    Where `schemas` names some, those alone. The platform's and those of extensions are left out.
    """
    if schemas:
        return facts.scope(schemas)
    wanted = sorted({*facts.clients, *roles})
    found = facts.once(
        f"finding the schemas that {', '.join(wanted)} may use",
        lambda: [name for (name,) in facts.query(_OPEN.format(sql.Literal(wanted)))],
    )
    return facts.scope() | {one for one in found if not of_platform(facts, one)}


def of_platform(facts: Facts, schema: str) -> bool:
    """Return whether a schema is one that a platform makes: the file's, or that of the server."""
    declared = facts.spec.database.platform.name if facts.spec.database else "postgres"
    # A file that is about one schema of such a project need not say whose server it is on.
    there = "supabase" if ("supabase_admin",) in facts.catalog.families["roles"] else declared
    return any(platform_schema(schema, one) for one in (declared, there))
