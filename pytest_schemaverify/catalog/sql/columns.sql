-- Columns; those of the system, such as ctid, only where something is granted on them. A default
-- has no column references, so pg_get_expr() may be told no relation and then opens
-- none; opening each table once is what takes the time in large schemas.
select
    a.attrelid,
    a.attnum,
    a.attname,
    pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
    not a.attnotnull as nullable,
    a.attgenerated,
    a.attidentity,
    pg_catalog.pg_get_expr(
        d.adbin, case a.attgenerated when '' then 0::oid else d.adrelid end
    ) as expression,
    case when a.attcollation <> t.typcollation then a.attcollation end as collation,
    a.attacl::text[] as acl,
    a.attstorage,
    {14: a.attcompression | ''} as compression,
    nullif(a.attstattarget, -1) as statistics,
    a.attoptions,
    a.attinhcount > 0 as inherited,
    t.typstorage as usual_storage,
    a.attfdwoptions
from pg_catalog.pg_attribute as a
join pg_catalog.pg_class as c on c.oid = a.attrelid
join pg_catalog.pg_type as t on t.oid = a.atttypid
left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
where
    (a.attnum > 0 or a.attacl is not null)
    and not a.attisdropped
    and c.relkind in ('r', 'p', 'f', 'v', 'm')
    and c.relnamespace = any ($1)
order by a.attrelid, a.attnum
