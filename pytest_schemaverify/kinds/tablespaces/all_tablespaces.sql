select
    s.spcname,
    s.spcowner,
    coalesce(s.spcacl, pg_catalog.acldefault('t', s.spcowner))::text[] as acl,
    coalesce(pg_catalog.shobj_description(s.oid, 'pg_tablespace'), '') as comment,
    s.spcoptions as options,
    pg_catalog.pg_tablespace_location(s.oid) as location
from pg_catalog.pg_tablespace as s
order by s.spcname
