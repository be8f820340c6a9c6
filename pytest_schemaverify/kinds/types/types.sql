-- Types that a user made, shells of types among them. Arrays and the row types of tables come with other objects.
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
    case t.typtype when 'd' then pg_catalog.format_type(t.typbasetype, t.typtypmod) end as base,
    not t.typnotnull as nullable,
    pg_catalog.pg_get_expr(t.typdefaultbin, 0) as default_expression,
    case
        when t.typtype = 'd' and t.typcollation <> b.typcollation then (
            select c.collname from pg_catalog.pg_collation as c where c.oid = t.typcollation
        )
    end as collation,
    case t.typtype when 'c' then (
        select pg_catalog.json_agg(
            pg_catalog.json_build_array(
                a.attname,
                pg_catalog.format_type(a.atttypid, a.atttypmod),
                coalesce((
                    select l.collname from pg_catalog.pg_collation as l
                    join pg_catalog.pg_type as y on y.oid = a.atttypid
                    where l.oid = a.attcollation and a.attcollation <> y.typcollation
                ), ''),
                coalesce(pg_catalog.col_description(t.typrelid, a.attnum), '')
            ) order by a.attnum
        )
        from pg_catalog.pg_attribute as a
        where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
    ) end as attributes,
    case t.typtype when 'r' then (
        select pg_catalog.json_build_array(
            pg_catalog.format_type(r.rngsubtype, null),
            o.opcnamespace::regnamespace::text || '.' || pg_catalog.quote_ident(o.opcname),
            coalesce((
                select l.collname from pg_catalog.pg_collation as l
                join pg_catalog.pg_type as y on y.oid = r.rngsubtype
                where l.oid = r.rngcollation and r.rngcollation <> y.typcollation
            ), ''),
            coalesce(nullif(r.rngcanonical, 0)::regproc::text, ''),
            coalesce(nullif(r.rngsubdiff, 0)::regproc::text, ''),
            {14: pg_catalog.format_type(r.rngmultitypid, null) | ''}
        )
        from pg_catalog.pg_range as r
        join pg_catalog.pg_opclass as o on o.oid = r.rngsubopc
        where r.rngtypid = t.oid
    ) end as range,
    case when t.typtype = 'b' and t.typisdefined then (
        select pg_catalog.json_agg(pg_catalog.json_build_array(w.word, w.said)) from (values
            ('input', t.typinput::text),
            ('output', t.typoutput::text),
            ('receive', nullif(t.typreceive::oid, 0)::regproc::text),
            ('send', nullif(t.typsend::oid, 0)::regproc::text),
            ('typmod_in', nullif(t.typmodin::oid, 0)::regproc::text),
            ('typmod_out', nullif(t.typmodout::oid, 0)::regproc::text),
            ('analyze', nullif(t.typanalyze::oid, 0)::regproc::text),
            ('subscript', {14: nullif(t.typsubscript::oid, 0)::regproc::text | null}),
            ('internallength', case t.typlen when -1 then 'variable' else t.typlen::text end),
            ('passedbyvalue', case when t.typbyval then 'true' end),
            ('alignment', case t.typalign when 'c' then 'char' when 's' then 'int2' when 'i' then 'int4' else 'double' end),
            ('storage', case t.typstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end),
            ('category', t.typcategory::text),
            ('preferred', case when t.typispreferred then 'true' end),
            ('default', t.typdefault),
            ('element', pg_catalog.format_type(nullif(t.typelem, 0), null)),
            ('delimiter', t.typdelim::text),
            ('collatable', case when t.typcollation <> 0 then 'true' end)
        ) as w (word, said) where w.said is not null
    ) end as definition,
    t.typowner,
    coalesce(t.typacl, pg_catalog.acldefault('T', t.typowner))::text[] as acl
from pg_catalog.pg_type as t
left join pg_catalog.pg_class as c on c.oid = t.typrelid
left join pg_catalog.pg_type as b on b.oid = t.typbasetype
where
    (
        t.typtype in ('e', 'd', 'r')
        or (t.typtype = 'c' and c.relkind = 'c')
        or (t.typtype = 'b' and not exists (
            select from pg_catalog.pg_type as e where e.oid = t.typelem and e.typarray = t.oid
        ))
        or not t.typisdefined
    )
    and t.typnamespace = any ($1)
order by t.typnamespace, t.typname
