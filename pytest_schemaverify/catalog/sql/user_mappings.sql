-- Who has a login on a foreign server. The logins themselves are not read.
select m.srvname, m.usename
from pg_catalog.pg_user_mappings as m
order by m.srvname, m.usename
