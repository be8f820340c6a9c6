-- Tables, views and sequences.
select
    c.oid,
    c.relnamespace,
    c.relname,
    c.relkind,
    c.relpersistence,
    c.relowner,
    c.relrowsecurity,
    c.relforcerowsecurity,
    c.reloptions,
    coalesce(
        c.relacl,
        pg_catalog.acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner)
    )::text[] as acl
from pg_catalog.pg_class as c
where
    c.relkind in ('r', 'p', 'f', 'v', 'm', 'S')
    and c.relnamespace = any (%(schemas)s)
order by c.relnamespace, c.relname
