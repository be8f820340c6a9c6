-- Types that a user made. Arrays and the row types of tables come with other objects.
select
    t.oid,
    t.typnamespace,
    t.typname,
    t.typtype,
    array(
        select e.enumlabel::text from pg_catalog.pg_enum as e
        where e.enumtypid = t.oid
        order by e.enumsortorder
    ) as labels,
    case t.typtype
        when 'd' then
            pg_catalog.format_type(t.typbasetype, t.typtypmod)
            || case when t.typnotnull then ' not null' else '' end
            || coalesce(' default ' || t.typdefault, '')
            || coalesce((
                select pg_catalog.string_agg(
                    ' constraint ' || k.conname || ' ' || pg_catalog.pg_get_constraintdef(k.oid), ''
                    order by k.conname
                )
                from pg_catalog.pg_constraint as k
                where k.contypid = t.oid and k.contype = 'c'
            ), '')
        when 'c' then (
            select pg_catalog.string_agg(
                a.attname || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod), ', '
                order by a.attnum
            )
            from pg_catalog.pg_attribute as a
            where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
        )
        when 'r' then (
            select pg_catalog.format_type(r.rngsubtype, null)
            from pg_catalog.pg_range as r where r.rngtypid = t.oid
        )
    end as definition,
    t.typowner,
    coalesce(t.typacl, pg_catalog.acldefault('T', t.typowner))::text[] as acl
from pg_catalog.pg_type as t
left join pg_catalog.pg_class as c on c.oid = t.typrelid
where
    (t.typtype in ('e', 'd', 'r') or (t.typtype = 'c' and c.relkind = 'c'))
    and t.typnamespace = any (%(schemas)s)
order by t.typnamespace, t.typname
