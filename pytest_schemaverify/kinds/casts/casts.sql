-- Casts that are not the server's own.
select
    c.oid,
    pg_catalog.format_type(c.castsource, null) as source,
    pg_catalog.format_type(c.casttarget, null) as target,
    c.castcontext,
    coalesce(nullif(c.castfunc, 0)::regproc::text, '') as function
from pg_catalog.pg_cast as c
where c.oid >= 16384
order by 2, 3
