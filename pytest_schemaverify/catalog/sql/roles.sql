-- Roles of the cluster. What a role has set for this database comes after what it has set for all.
select
    r.oid,
    r.rolname,
    r.rolsuper,
    r.rolinherit,
    r.rolcreaterole,
    r.rolcreatedb,
    r.rolcanlogin,
    r.rolreplication,
    r.rolbypassrls,
    r.rolconnlimit,
    coalesce((r.rolvaliduntil at time zone 'UTC')::text, '') as valid_until,
    array(
        select setting
        from pg_catalog.pg_db_role_setting as s
        join pg_catalog.unnest(s.setconfig) with ordinality as u (setting, place) on true
        where
            s.setrole = r.oid
            and s.setdatabase in (
                0, (
                    select d.oid from pg_catalog.pg_database as d
                    where d.datname = pg_catalog.current_database()
                )
            )
        order by s.setdatabase, u.place
    ) as settings,
    array(
        select setting
        from pg_catalog.pg_db_role_setting as s
        join pg_catalog.unnest(s.setconfig) as u (setting) on true
        where
            s.setrole = r.oid
            and s.setdatabase = (
                select d.oid from pg_catalog.pg_database as d
                where d.datname = pg_catalog.current_database()
            )
        order by setting
    ) as database_settings,
    coalesce(pg_catalog.shobj_description(r.oid, 'pg_authid'), '') as comment
from pg_catalog.pg_roles as r
order by r.rolname
