from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.catalog.privileges import granted
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.functions.row import Function
from pytest_schemaverify.kinds.granting import no_role
from pytest_schemaverify.sql.names import quoted

from .naming import own_name

_CANNOT = "it cannot"


def query(actual: Function) -> sql.Composed:
    """Return a query for the roles that can execute it, each with those that it inherits from.

    Superusers, the owner, who inherits from the owner, and the server's own roles are left out; so
    is a role that may not use the schema, for it cannot name the function.
    """
    return sql.SQL(
        "select r.rolname, array("
        " select g.rolname from pg_catalog.pg_roles as g"
        " where g.oid <> r.oid and pg_catalog.pg_has_role(r.oid, g.oid, 'usage') order by 1)"
        " from pg_catalog.pg_roles as r"
        " join pg_catalog.pg_proc as p on p.oid = {function}::pg_catalog.regprocedure"
        " where not r.rolsuper and r.rolname !~ '^pg_'"
        " and pg_catalog.has_function_privilege(r.oid, p.oid, 'execute')"
        " and pg_catalog.has_schema_privilege(r.oid, p.pronamespace, 'usage')"
        " and not pg_catalog.pg_has_role(r.oid, p.proowner, 'usage')"
        " order by 1"
    ).format(function=sql.Literal(own_name(actual)))


def check(
    expected: list[str], actual: Function, catalog: Catalog, rows: list[tuple[Any, ...]]
) -> Iterator[Finding]:
    """The declared roles can execute the function, and nobody else."""
    # PUBLIC is no row of pg_roles, so what everyone can is read from the privileges instead.
    can = {role: set(through) for role, through in rows}
    if "public" not in expected:
        yield from _everyone(actual, catalog)
        yield from _others(expected, can, actual, catalog)
    for role in expected:
        missing = no_role(role, catalog)
        if missing or (role not in can and not _superior(role, actual, catalog)):
            yield missing or Finding(
                subject=quoted(role),
                expected="it can execute it",
                actual=_why(role, actual),
                fix=_remedy(role, actual),
            )


def _everyone(actual: Function, catalog: Catalog) -> Iterator[Finding]:
    """Yield a finding where PUBLIC can execute the function."""
    if "public" in granted(actual.acl):
        yield Finding(
            subject="public",
            expected="not everyone can execute it",
            actual="everyone can",
            hint=_default(actual, "public", catalog)
            or "PostgreSQL gives a new function to everyone",
            fix=f"revoke execute on {_sql(actual)} from public;",
        )


def _others(
    expected: list[str], can: dict[str, set[str]], actual: Function, catalog: Catalog
) -> Iterator[Finding]:
    """Yield a finding for each role that can execute it by a grant, and is not declared."""
    direct = granted(actual.acl)
    for role, through in sorted(can.items()):
        sources = sorted(({role} | through) & direct.keys())
        # A member of a declared role need not be named.
        if not sources or not {role, *through}.isdisjoint(expected):
            continue
        inherited = [source for source in sources if source != role]
        yield Finding(
            subject=quoted(role),
            expected="it cannot execute it",
            actual="it can" + (f", as a member of {', '.join(inherited)}" if inherited else ""),
            hint=_default(actual, sources[0], catalog),
            fix=f"revoke execute on {_sql(actual)} from {quoted(role)};" if role in direct else "",
        )


def _superior(role: str, actual: Function, catalog: Catalog) -> bool:
    """Return whether a role can execute it in any case: the owner, superusers, or everyone."""
    if role == "public":
        return "public" in granted(actual.acl)
    found = catalog.find("roles", (role,))
    return role == actual.owner or bool(found and found.superuser)


def _why(role: str, actual: Function) -> str:
    if role != "public" and (role in granted(actual.acl) or "public" in granted(actual.acl)):
        return f"it may not use the schema {quoted(actual.schema)}"
    return _CANNOT


def _remedy(role: str, actual: Function) -> str:
    if _why(role, actual) == _CANNOT:
        return f"grant execute on {_sql(actual)} to {quoted(role)};"
    return f"grant usage on schema {quoted(actual.schema)} to {quoted(role)};"


def _default(actual: Function, grantee: str, catalog: Catalog) -> str:
    """Return a hint with the default privileges that give new functions to a grantee."""
    for row in catalog.families["default_privileges"].values():
        known = row.kind == "functions" and row.schema in ("", actual.schema)
        if known and row.role == actual.owner and grantee in granted(row.acl):
            inside = f" in schema {quoted(row.schema)}" if row.schema else ""
            return f"by the default privileges of {quoted(row.role)}{inside}"
    return ""


def _sql(actual: Function) -> str:
    kind = "procedure" if actual.kind == "procedure" else "function"
    return f"{kind} {own_name(actual)}"
