-- The catalogs that comments and memberships of extensions refer to.
select c.relname, c.oid
from pg_catalog.pg_class as c
where
    c.relnamespace = 'pg_catalog'::regnamespace
    and c.relname in (
        'pg_class', 'pg_proc', 'pg_type', 'pg_namespace', 'pg_constraint', 'pg_policy', 'pg_trigger'
    )
order by c.relname
