-- The catalogs that comments and memberships of extensions refer to.
select c.relname, c.oid
from pg_catalog.pg_class as c
where
    c.relnamespace = 'pg_catalog'::regnamespace
    and c.relname in (
        'pg_class', 'pg_proc', 'pg_type', 'pg_namespace', 'pg_constraint', 'pg_policy', 'pg_trigger',
        'pg_event_trigger', 'pg_extension', 'pg_foreign_data_wrapper', 'pg_foreign_server', 'pg_language',
        'pg_cast', 'pg_operator', 'pg_opclass', 'pg_publication', 'pg_rewrite', 'pg_statistic_ext', 'pg_subscription'
    )
order by c.relname
