-- Direct memberships. Since PostgreSQL 16 a role can be granted several times, by different roles, and
-- each grant has options of its own; before, the member decided whether it inherits, and could always
-- `set role`.
select
    u.rolname as member,
    r.rolname as role,
    pg_catalog.bool_or(m.admin_option) as admin,
    pg_catalog.bool_or({16: m.inherit_option | u.rolinherit}) as inherit,
    pg_catalog.bool_or({16: m.set_option | true}) as set
from pg_catalog.pg_auth_members as m
join pg_catalog.pg_roles as r on r.oid = m.roleid
join pg_catalog.pg_roles as u on u.oid = m.member
group by u.rolname, r.rolname
order by u.rolname, r.rolname
