select
    o.oid,
    o.oprnamespace,
    o.oprname,
    case when o.oprleft = 0 then 'none' else pg_catalog.format_type(o.oprleft, null) end as left_type,
    case when o.oprright = 0 then 'none' else pg_catalog.format_type(o.oprright, null) end as right_type,
    pg_catalog.format_type(o.oprresult, null) as returns,
    o.oprcode::regproc::text as function,
    (
        select c.oprnamespace::regnamespace::text || '.' || c.oprname
        from pg_catalog.pg_operator as c
        where c.oid = o.oprcom
    ) as commutator,
    (
        select c.oprnamespace::regnamespace::text || '.' || c.oprname
        from pg_catalog.pg_operator as c
        where c.oid = o.oprnegate
    ) as negator,
    nullif(o.oprrest::oid, 0)::regproc::text as restrict_function,
    nullif(o.oprjoin::oid, 0)::regproc::text as join_function,
    o.oprcanhash,
    o.oprcanmerge,
    o.oprowner
from pg_catalog.pg_operator as o
where
    o.oprnamespace = any ($1)
    and o.oprcode <> 0 -- not one that is only promised, as a commutator
order by o.oprnamespace, o.oprname, o.oid
