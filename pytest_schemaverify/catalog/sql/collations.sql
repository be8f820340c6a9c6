select c.oid, c.collname
from pg_catalog.pg_collation as c
order by c.oid
