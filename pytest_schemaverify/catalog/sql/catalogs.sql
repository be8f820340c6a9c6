-- The catalogs that comments and memberships of extensions refer to.
select c.relname, c.oid
from pg_catalog.pg_class as c
where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind = 'r'
order by c.relname
