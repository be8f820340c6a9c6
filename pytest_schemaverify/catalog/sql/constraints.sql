-- Constraints of tables. The expression of a check is text; an exclusion is told by its definition.
-- NOT NULL has rows of its own here since PostgreSQL 18; it is read from pg_attribute on every version.
select
    k.oid,
    k.conrelid,
    k.conname,
    k.contype,
    k.conkey,
    k.confrelid,
    k.confkey,
    k.confdeltype,
    k.confupdtype,
    k.confmatchtype,
    k.condeferrable,
    k.condeferred,
    k.convalidated,
    case k.contype
        when 'c' then pg_catalog.pg_get_expr(k.conbin, k.conrelid)
        when 'x' then pg_catalog.pg_get_constraintdef(k.oid)
    end as expression
from pg_catalog.pg_constraint as k
where
    k.conrelid <> 0
    and k.contype <> 'n'
    and k.connamespace = any (%(schemas)s)
order by k.conrelid, k.conname
