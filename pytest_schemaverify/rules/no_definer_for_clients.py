from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="function security", exempting=True)


def query(scope: frozenset[str], named_schemas: frozenset[str], clients: list[str]) -> sql.Composed:
    """Return the definer functions and those of the clients' roles that can call them.

    Schemas that the file does not name have helpers of policies, which clients have to call.
    """
    return sql.SQL(
        "select n.nspname, p.proname, p.prokind,"
        " array(select pg_catalog.format_type(t, null)"
        " from pg_catalog.unnest(p.proargtypes) with ordinality as a (t, k) order by k),"
        " array(select r from pg_catalog.unnest({clients}::text[]) as r"
        " where pg_catalog.has_function_privilege(r, p.oid, 'execute')"
        " and pg_catalog.has_schema_privilege(r, n.oid, 'usage') order by r)"
        " from pg_catalog.pg_proc as p"
        " join pg_catalog.pg_namespace as n on n.oid = p.pronamespace"
        " where p.prosecdef and n.nspname = any ({scope})"
        # PostgreSQL refuses to call a function that returns a trigger, except by a trigger.
        " and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)"
        # Members of extensions (deptype e) are their authors' to answer for.
        " and not exists (select from pg_catalog.pg_depend as d"
        " where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')"
        " and (n.nspname = any ({named}) or not exists (select from pg_catalog.pg_depend as d"
        " where d.classid = 'pg_policy'::regclass and d.refobjid = p.oid))"
        " order by 1, 2, 4"
    ).format(clients=clients, scope=sorted(scope), named=sorted(named_schemas))


def check(rows: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """No function that runs with its owner's rights can be called by a client's role."""
    for schema, name, kind, types, roles in rows:
        if roles:
            function = f"{quoted(schema, name)}({', '.join(types)})"
            noun = "procedure" if kind == "p" else "function"
            # PUBLIC always: a role that may execute it through PUBLIC has no grant of its own.
            grantees = ", ".join(["public", *(quoted(r) for r in roles if r != "public")])
            yield Finding(
                expected="security definer only for what clients cannot call",
                actual=f"security definer, callable by {', '.join(roles)}",
                subject=function,
                fix=f"revoke execute on {noun} {function} from {grantees};",
            )
