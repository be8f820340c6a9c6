-- Constraints of tables. The expression of a check is text; an exclusion is told by its definition.
-- The copies of a foreign key that the server keeps for each partition of the referenced table are left out:
-- they refer to another table than the key that they are copies of, as the keys of partitions do not.
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
    end as expression,
    {15: k.confdelsetcols | null::int2[]} as set_columns,
    {18: k.conenforced | true} as enforced,
    k.connoinherit,
    case when k.contype = 'x' then
        array(
            select o.oprname::text
            from pg_catalog.unnest(k.conexclop) with ordinality as x (oid, place)
            join pg_catalog.pg_operator as o on o.oid = x.oid
            order by x.place
        )
    end as operators,
    {18: k.conperiod | false} as without_overlaps
from pg_catalog.pg_constraint as k
left join pg_catalog.pg_constraint as p on p.oid = k.conparentid
where
    k.conrelid <> 0
    and k.contype <> 'n'
    and coalesce(p.confrelid, k.confrelid) = k.confrelid
    and k.connamespace = any ($1)
order by k.conrelid, k.conname
