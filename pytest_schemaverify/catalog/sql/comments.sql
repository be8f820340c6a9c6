-- Comments on anything that is read. The schema public has one from the start, which nobody wrote.
select d.classoid, d.objoid, d.objsubid, d.description
from pg_catalog.pg_description as d
where
    d.objoid >= 16384
    or (
        d.classoid = 'pg_catalog.pg_namespace'::regclass
        and d.objoid = pg_catalog.to_regnamespace('public')
        and d.description <> 'standard public schema'
    )
order by d.classoid, d.objoid, d.objsubid
