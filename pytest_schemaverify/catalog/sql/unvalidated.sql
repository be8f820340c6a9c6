-- Columns whose NOT NULL was added without a look at the rows that were there, since PostgreSQL 18.
select
    k.conrelid,
    k.conkey[1],
    k.conname
from pg_catalog.pg_constraint as k
where
    k.contype = 'n'
    and not k.convalidated
    and k.connamespace = any ($1)
order by k.conrelid, k.conname
