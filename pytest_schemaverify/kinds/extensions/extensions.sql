-- Comments are read here and not with those of all objects, which leave out what initdb installs.
select
    e.extname, e.extversion, n.nspname, e.extowner,
    coalesce(pg_catalog.obj_description(e.oid, 'pg_extension'), '') as comment
from pg_catalog.pg_extension as e
join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
order by e.extname
