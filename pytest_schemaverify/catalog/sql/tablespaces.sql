select t.oid, t.spcname
from pg_catalog.pg_tablespace as t
order by t.spcname
