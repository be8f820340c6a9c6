-- The database that is read.
select
    d.datname,
    d.datdba,
    coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))::text[] as acl,
    coalesce(pg_catalog.shobj_description(d.oid, 'pg_database'), '') as comment,
    d.datconnlimit,
    d.datistemplate,
    d.dattablespace,
    array(
        select u.setting
        from pg_catalog.pg_db_role_setting as s, pg_catalog.unnest(s.setconfig) as u (setting)
        where s.setrole = 0 and s.setdatabase = d.oid
        order by u.setting
    ) as settings,
    array(
        select u.setting
        from pg_catalog.pg_db_role_setting as s, pg_catalog.unnest(s.setconfig) as u (setting)
        where s.setrole = 0 and s.setdatabase = 0
        order by u.setting
    ) as settings_of_every_role
from pg_catalog.pg_database as d
where d.datname = pg_catalog.current_database()
