select e.extname, e.extversion, n.nspname, e.extowner
from pg_catalog.pg_extension as e
join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
order by e.extname
