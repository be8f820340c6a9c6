select
    t.oid,
    t.tgrelid,
    t.tgname,
    t.tgtype,
    t.tgattr::int2[] as columns,
    t.tgenabled,
    p.pronamespace::regnamespace::text as function_schema,
    p.proname,
    t.tgargs,
    t.tgconstraint <> 0 as is_constraint,
    t.tgdeferrable,
    t.tginitdeferred,
    t.tgoldtable,
    t.tgnewtable,
    pg_catalog.pg_get_triggerdef(t.oid) as definition
from pg_catalog.pg_trigger as t
join pg_catalog.pg_class as c on c.oid = t.tgrelid
join pg_catalog.pg_proc as p on p.oid = t.tgfoid
where
    not t.tgisinternal
    and c.relnamespace = any ($1)
order by t.tgrelid, t.tgname
