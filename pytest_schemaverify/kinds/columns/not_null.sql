-- Constraints NOT NULL, which have names and can be kept from children since PostgreSQL 18.
select
    k.conrelid,
    k.conkey[1],
    k.conname,
    k.convalidated,
    k.connoinherit,
    k.oid
from pg_catalog.pg_constraint as k
where
    k.contype = 'n'
    and k.conrelid <> 0
    and k.connamespace = any ($1)
order by k.conrelid, k.conkey
