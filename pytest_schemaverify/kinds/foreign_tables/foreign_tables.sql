select
    f.ftrelid,
    s.srvname,
    f.ftoptions
from pg_catalog.pg_foreign_table as f
join pg_catalog.pg_foreign_server as s on s.oid = f.ftserver
order by f.ftrelid
