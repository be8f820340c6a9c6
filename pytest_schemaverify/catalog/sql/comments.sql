-- Comments on anything that is read, but for large objects, of which there may be millions. The schema public has one from the start, which nobody wrote.
select d.classoid, d.objoid, d.objsubid, d.description
from pg_catalog.pg_description as d
where
    (d.objoid >= 16384 and d.classoid <> 'pg_catalog.pg_largeobject'::regclass)
    or (
        d.classoid = 'pg_catalog.pg_namespace'::regclass
        and d.objoid = pg_catalog.to_regnamespace('public')
        and d.description <> 'standard public schema'
    )
order by d.classoid, d.objoid, d.objsubid
