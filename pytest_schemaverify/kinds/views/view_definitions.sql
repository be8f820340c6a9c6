select c.oid, pg_catalog.pg_get_viewdef(c.oid) as definition
from pg_catalog.pg_class as c
where
    c.relkind in ('v', 'm')
    and c.relnamespace = any ($1)
order by c.oid
