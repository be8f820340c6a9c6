-- Schemas in scope. Every other query is limited to these by OID, so this is the one place that filters.
select
    n.oid,
    n.nspname,
    n.nspowner,
    coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))::text[] as acl
from pg_catalog.pg_namespace as n
where
    n.nspname !~ '^pg_'
    and n.nspname <> 'information_schema'
order by n.nspname
