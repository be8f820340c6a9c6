select
    s.oid,
    s.srvname,
    s.srvowner,
    w.fdwname,
    coalesce(s.srvtype, '') as type,
    coalesce(s.srvversion, '') as version,
    s.srvoptions,
    coalesce(s.srvacl, pg_catalog.acldefault('S', s.srvowner))::text[] as acl
from pg_catalog.pg_foreign_server as s
join pg_catalog.pg_foreign_data_wrapper as w on w.oid = s.srvfdw
order by s.srvname
