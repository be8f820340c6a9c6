-- The database that is read.
select
    d.datname,
    d.datdba,
    coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))::text[] as acl,
    coalesce(pg_catalog.shobj_description(d.oid, 'pg_database'), '') as comment
from pg_catalog.pg_database as d
where d.datname = pg_catalog.current_database()
