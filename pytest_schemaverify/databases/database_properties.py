"""Copies what `create database … template` does not: the properties of a database as a whole.

https://www.postgresql.org/docs/current/manage-ag-templatedbs.html
"""

from typing import Any

import psycopg
from psycopg import sql


def copy(connection: psycopg.Connection[Any], template: str, name: str, *, marked: bool) -> None:
    """Give a copy the settings, owner, privileges, limit, comment and use of its template.

    `marked` says that the copy has the comment of our mark, which stays.
    """
    # Without them, a comparison of the copy with its template would find differences that no
    # migration has made. The owner comes before the privileges, which depend on it.
    _copy_settings(connection, template, name)
    _copy_owner(connection, template, name)
    given = {"template": template, "name": name, "marked": marked}
    for (statement,) in connection.execute(_PROPERTIES, given).fetchall():
        connection.execute(statement.encode())


_SETTINGS = """
select r.rolname, pg_catalog.split_part(c.setting, '=', 1),
       pg_catalog.substr(c.setting, pg_catalog.strpos(c.setting, '=') + 1)
from pg_catalog.pg_db_role_setting s
join pg_catalog.pg_database d on d.oid = s.setdatabase
left join pg_catalog.pg_roles r on r.oid = s.setrole
cross join lateral pg_catalog.unnest(s.setconfig) as c(setting)
where d.datname = %s
order by 1, 2
"""


def _copy_settings(connection: psycopg.Connection[Any], template: str, name: str) -> None:
    """Repeat `alter database … set` and `alter role … in database … set` for a copy."""
    target = sql.Identifier(name)
    for role, setting, value in connection.execute(_SETTINGS, [template]).fetchall():
        # `from current` spares us the quoting, which differs from setting to setting.
        connection.execute("select pg_catalog.set_config(%s, %s, false)", [setting, value])
        of_role = sql.SQL("role {} in ").format(sql.Identifier(role)) if role else sql.Composed([])
        alter = sql.SQL("alter {}database {} set {} from current")
        connection.execute(alter.format(of_role, target, sql.Identifier(setting)))


def _copy_owner(connection: psycopg.Connection[Any], template: str, name: str) -> None:
    """Give a copy the owner of its template; PostgreSQL gives it the role that copies."""
    row = connection.execute(
        "select pg_catalog.pg_get_userbyid(d.datdba) from pg_catalog.pg_database d"
        " where d.datname = %s and d.datdba <> current_user::regrole",
        [template],
    ).fetchone()
    if row:
        alter = sql.SQL("alter database {} owner to {}")
        connection.execute(alter.format(sql.Identifier(name), sql.Identifier(row[0])))


# `revoke` comes before the grants, since a new database has privileges for public and its owner
# that the template may have lost.
_PROPERTIES = """
with template as (select d.* from pg_catalog.pg_database as d where d.datname = %(template)s)
select pg_catalog.format('alter database %%I connection limit %%s', %(name)s::text, datconnlimit)
from template where datconnlimit <> -1
union all
select pg_catalog.format('comment on database %%I is %%L', %(name)s::text, said)
from template, pg_catalog.shobj_description(oid, 'pg_database') as said
where said is not null and not %(marked)s
union all
select pg_catalog.format('alter database %%I is_template true', %(name)s::text)
from template where datistemplate
union all
select pg_catalog.format(
    'revoke all on database %%I from public, %%s', %(name)s::text, datdba::regrole
)
from template where datacl is not null
union all
select pg_catalog.format(
    'grant %%s on database %%I to %%s%%s', a.privilege_type, %(name)s::text,
    case a.grantee when 0 then 'public' else a.grantee::regrole::text end,
    case when a.is_grantable then ' with grant option' end
)
from template, pg_catalog.aclexplode(datacl) as a
"""
