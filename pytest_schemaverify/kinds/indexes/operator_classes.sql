select o.oid, o.opcname, o.opcdefault
from pg_catalog.pg_opclass as o
order by o.oid
