-- Tables, views and sequences.
select
    c.oid,
    c.relnamespace,
    c.relname,
    c.relkind,
    c.relpersistence,
    c.relowner,
    c.relrowsecurity,
    c.relforcerowsecurity,
    c.reloptions
    || array(select 'toast.' || option from pg_catalog.unnest(t.reloptions) as option) as options,
    coalesce(
        c.relacl,
        pg_catalog.acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner)
    )::text[] as acl,
    case when c.relkind = 'p' then pg_catalog.pg_get_partkeydef(c.oid) end as partition_key,
    case when c.relispartition then pg_catalog.pg_get_expr(c.relpartbound, c.oid) end as bound,
    c.relreplident,
    case when c.relreplident = 'i' then (
        select ic.relname
        from pg_catalog.pg_index as i
        join pg_catalog.pg_class as ic on ic.oid = i.indexrelid
        where i.indrelid = c.oid and i.indisreplident
    ) end as identity_index,
    c.relispopulated,
    c.reltablespace,
    case when c.reloftype <> 0 then c.reloftype::regtype::text end as of_type,
    m.amname
from pg_catalog.pg_class as c
left join pg_catalog.pg_class as t on t.oid = c.reltoastrelid
left join pg_catalog.pg_am as m on m.oid = c.relam
where
    c.relkind in ('r', 'p', 'f', 'v', 'm', 'S')
    and c.relnamespace = any ($1)
order by c.relnamespace, c.relname
