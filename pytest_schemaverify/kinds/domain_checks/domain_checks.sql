-- Checks of domains. NOT NULL has rows of its own here since PostgreSQL 17; it is read from pg_type.
select
    k.oid,
    t.oid as domain,
    t.typnamespace,
    t.typname,
    k.conname,
    pg_catalog.pg_get_expr(k.conbin, 0) as expression,
    k.convalidated
from pg_catalog.pg_constraint as k
join pg_catalog.pg_type as t on t.oid = k.contypid
where
    k.contype = 'c'
    and t.typnamespace = any ($1)
order by t.typnamespace, t.typname, k.conname
