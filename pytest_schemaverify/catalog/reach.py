"""Queries for the roles that reach relations. The server knows roles and their members."""

from collections.abc import Iterable

from psycopg import sql

BYPASSING = sql.SQL(
    "select rolname from pg_catalog.pg_roles where rolsuper or rolbypassrls order by rolname"
)
"""A query for the roles that row-level security does not bind."""


def readable(scope: Iterable[str], kind: str, roles: list[str]) -> sql.Composed:
    """Return a statement for the relations of a kind (pg_class.relkind) that roles can read.

    Its rows are schema, name, the roles, and to whom what they read by is granted. A right on one
    column is enough.
    """
    return sql.SQL(
        "select * from (select n.nspname, c.relname, {readers} as roles, {grantees}"
        " from pg_catalog.pg_class as c"
        " join pg_catalog.pg_namespace as n on n.oid = c.relnamespace"
        " where c.relkind = {kind} and n.nspname = any ({scope})) as found"
        " where roles <> '{{}}' order by 1, 2"
    ).format(
        readers=_readers(sql.Literal(roles)),
        grantees=_grantees(sql.Literal(roles)),
        kind=kind,
        scope=sorted(scope),
    )


def reaching(
    scope: Iterable[str], condition: sql.SQL, roles: sql.Literal | None = None
) -> sql.Composed:
    """Return a statement for the views that read tables, also by way of other views.

    The condition is on the table, `t` of pg_class, and its schema, `s` of pg_namespace. The rows
    are schema, name, relkind, whether it is security_invoker, the tables, and, if roles are
    given, those that can read the view and to whom that is granted.
    """
    return sql.SQL(
        "with recursive direct as ("
        " select distinct r.ev_class as view, d.refobjid as base from pg_catalog.pg_rewrite as r"
        " join pg_catalog.pg_depend as d on d.classid = 'pg_rewrite'::regclass"
        " and d.objid = r.oid and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class"
        "), reach as ("
        " select view, base from direct union"
        " select reach.view, direct.base from reach join direct on direct.view = reach.base)"
        " select n.nspname, c.relname, c.relkind,"
        " coalesce(({option}) in ('true', 'on', 'yes', '1'), false) as invoker,"
        " pg_catalog.array_agg(distinct pg_catalog.format('%I.%I', s.nspname, t.relname)),"
        " {readers} as roles, {grantees}"
        " from reach"
        " join pg_catalog.pg_class as c on c.oid = reach.view"
        " join pg_catalog.pg_namespace as n on n.oid = c.relnamespace"
        " join pg_catalog.pg_class as t on t.oid = reach.base and t.relkind in ('r', 'p', 'f')"
        " join pg_catalog.pg_namespace as s on s.oid = t.relnamespace"
        " where n.nspname = any ({scope}) and ({condition})"
        " group by n.oid, n.nspname, c.oid, c.relname, c.relkind, c.reloptions"
        " order by 1, 2"
    ).format(
        option=_INVOKER,
        readers=_readers(roles or sql.Literal([])),
        grantees=_grantees(roles or sql.Literal([])),
        scope=sorted(scope),
        condition=condition,
    )


def _readers(roles: sql.Literal) -> sql.Composed:
    return sql.SQL(
        "array(select r from pg_catalog.unnest({roles}::text[]) as r"
        " where pg_catalog.has_schema_privilege(r, n.oid, 'usage')"
        " and (pg_catalog.has_any_column_privilege(r, c.oid, 'select') or exists ("
        # That leaves out the columns of the system; ctid alone shows how many rows there are.
        " select from pg_catalog.pg_attribute as a where a.attrelid = c.oid"
        " and a.attnum < 0 and a.attacl is not null"
        " and pg_catalog.has_column_privilege(r, c.oid, a.attnum, 'select'))) order by r)"
    ).format(roles=roles)


def _grantees(roles: sql.Literal) -> sql.Composed:
    """Return the array of grantees, `public` too and no owner, by which roles can read `c`."""
    return sql.SQL(
        "array(select distinct coalesce(g.rolname, 'public') from ("
        " select (pg_catalog.aclexplode(k.relacl)).* from pg_catalog.pg_class as k"
        " where k.oid = c.oid union all"
        " select (pg_catalog.aclexplode(a.attacl)).* from pg_catalog.pg_attribute as a"
        " where a.attrelid = c.oid and a.attacl is not null) as x"
        " left join pg_catalog.pg_roles as g on g.oid = x.grantee"
        " where x.privilege_type = 'SELECT' and (x.grantee = 0 or exists ("
        " select from pg_catalog.unnest({roles}::text[]) as r"
        # PUBLIC is no role, and pg_has_role fails for one that there is not: CASE comes before it,
        # which `and` would not promise.
        " where case when r <> 'public' then pg_catalog.pg_has_role(r, x.grantee, 'usage') end))"
        " and x.grantee <> (select k.relowner from pg_catalog.pg_class as k where k.oid = c.oid)"
        " order by 1)"
    ).format(roles=roles)


_INVOKER = sql.SQL(
    "select pg_catalog.lower(option_value) from pg_catalog.pg_options_to_table(c.reloptions)"
    " where option_name = 'security_invoker'"
)
