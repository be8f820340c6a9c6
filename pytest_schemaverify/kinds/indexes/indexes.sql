-- Indexes. That of a key WITHOUT OVERLAPS is not unique: its columns may have the same values at other times. Key text is only asked for where a key is an expression.
select
    i.indexrelid,
    i.indrelid,
    ic.relname,
    am.amname,
    i.indisunique and not i.indisexclusion as is_unique,
    i.indisprimary,
    i.indisvalid,
    i.indnkeyatts,
    i.indkey::int2[] as columns,
    i.indclass::oid[] as operator_classes,
    i.indcollation::oid[] as collations,
    i.indoption::int2[] as options,
    case when i.indexprs is not null then
        array(
            select pg_catalog.pg_get_indexdef(i.indexrelid, k, false)
            from pg_catalog.generate_series(1, i.indnkeyatts) as k
            order by k
        )
    end as expressions,
    case when i.indpred is not null then pg_catalog.pg_get_expr(i.indpred, i.indrelid) end as predicate,
    ic.reloptions,
    {15: i.indnullsnotdistinct | false} as nulls_not_distinct,
    i.indisclustered,
    i.indisreplident,
    ic.reltablespace,
    p.parameters,
    p.statistics,
    case when i.indexprs is not null then pg_catalog.pg_get_indexdef(i.indexrelid) end as definition
from pg_catalog.pg_index as i
join pg_catalog.pg_class as ic on ic.oid = i.indexrelid
join pg_catalog.pg_am as am on am.oid = ic.relam
left join (
    select
        a.attrelid,
        pg_catalog.array_agg(a.attnum || ' ' || pg_catalog.array_to_string(a.attoptions, ', '))
            filter (where a.attoptions is not null) as parameters,
        pg_catalog.array_agg(a.attnum || '=' || a.attstattarget order by a.attnum)
            filter (where a.attstattarget >= 0) as statistics
    from pg_catalog.pg_attribute as a
    where a.attoptions is not null or (a.attstattarget >= 0 and a.attnum > 0)
    group by a.attrelid
) as p on p.attrelid = i.indexrelid
where ic.relnamespace = any ($1)
order by i.indrelid, ic.relname
