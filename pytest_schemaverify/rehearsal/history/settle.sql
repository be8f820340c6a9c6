-- The objects that are there at the end: family and key, as the history has them, what the notes
-- call them, and which transaction has written their row, with which command.
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_array(
    o.family, o.key, o.class::bigint, o.object::bigint, o.part, o.xmin::text::bigint,
    o.cmin::text::bigint
)), '[]')::text
from (
    with relation as (
        select c.oid, c.relkind as kind, array[n.nspname::text, c.relname::text] as name
        from pg_catalog.pg_class as c
        join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        where c.oid >= 16384 and n.nspname !~ '^pg_' and c.relkind = any ('{r,p,f,v,m,S}')
    ), type as (
        select t.oid, array[n.nspname::text, t.typname::text] as name
        from pg_catalog.pg_type as t
        join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
        left join pg_catalog.pg_class as c on c.oid = t.typrelid
        where t.oid >= 16384 and n.nspname !~ '^pg_'
            and (t.typtype = any ('{e,d,r}') or c.relkind = 'c')
    )
    select
        case r.kind when 'S' then 'sequences' else 'tables' end as family, r.name as key,
        1259::oid as class, r.oid as object, 0 as part, null::xid as xmin, null::cid as cmin
    from relation as r
    union all
    select 'columns', r.name || a.attname::text, 1259, r.oid, a.attnum, a.xmin, a.cmin
    from relation as r
    join pg_catalog.pg_attribute as a on a.attrelid = r.oid
    where r.kind <> 'S' and a.attnum > 0 and not a.attisdropped
    union all
    select 'columns', r.name || a.attname::text, 1259, r.oid, a.attnum, d.xmin, d.cmin
    from relation as r
    join pg_catalog.pg_attrdef as d on d.adrelid = r.oid
    join pg_catalog.pg_attribute as a on a.attrelid = r.oid and a.attnum = d.adnum
    union all
    select 'constraints', r.name || c.conname::text, 2606, c.oid, 0, c.xmin, c.cmin
    from relation as r
    join pg_catalog.pg_constraint as c on c.conrelid = r.oid
    left join pg_catalog.pg_constraint as p on p.oid = c.conparentid
    -- Not the copies of a foreign key for each partition of the table that it refers to.
    where c.contype <> 'n' and coalesce(p.confrelid, c.confrelid) = c.confrelid
    union all
    select 'indexes', r.name || x.relname::text, 1259, x.oid, 0, i.xmin, i.cmin
    from relation as r
    join pg_catalog.pg_index as i on i.indrelid = r.oid
    join pg_catalog.pg_class as x on x.oid = i.indexrelid
    union all
    select 'policies', r.name || p.polname::text, 3256, p.oid, 0, p.xmin, p.cmin
    from relation as r
    join pg_catalog.pg_policy as p on p.polrelid = r.oid
    union all
    select 'triggers', r.name || t.tgname::text, 2620, t.oid, 0, t.xmin, t.cmin
    from relation as r
    join pg_catalog.pg_trigger as t on t.tgrelid = r.oid
    where not t.tgisinternal
    union all
    select 'rewrite_rules', r.name || w.rulename::text, 2618, w.oid, 0, w.xmin, w.cmin
    from relation as r
    join pg_catalog.pg_rewrite as w on w.ev_class = r.oid
    where w.rulename <> '_RETURN'
    union all
    select 'statistics', r.name || s.stxname::text, 3381, s.oid, 0, s.xmin, s.cmin
    from relation as r
    join pg_catalog.pg_statistic_ext as s on s.stxrelid = r.oid
    union all
    select
        'functions',
        array[
            n.nspname::text, p.proname::text,
            pg_catalog.array_to_string(array(
                select pg_catalog.format_type(a.type, null)
                from pg_catalog.unnest(p.proargtypes::oid[]) with ordinality as a (type, place)
                order by a.place
            ), ', ')
        ],
        1255, p.oid, 0, null, null
    from pg_catalog.pg_proc as p
    join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
    where p.oid >= 16384 and n.nspname !~ '^pg_'
    union all
    select 'types', t.name, 1247, t.oid, 0, null, null from type as t
    union all
    select 'domain_checks', t.name || c.conname::text, 2606, c.oid, 0, c.xmin, c.cmin
    from type as t
    join pg_catalog.pg_constraint as c on c.contypid = t.oid and c.contype = 'c'
    union all
    select 'schemas', array[n.nspname::text], 2615, n.oid, 0, null, null
    from pg_catalog.pg_namespace as n
    where n.nspname !~ '^pg_'
    union all
    select 'extensions', array[e.extname::text], 3079, e.oid, 0, null, null
    from pg_catalog.pg_extension as e
    union all
    select 'languages', array[l.lanname::text], 2612, l.oid, 0, null, null
    from pg_catalog.pg_language as l
    union all
    select 'wrappers', array[w.fdwname::text], 2328, w.oid, 0, null, null
    from pg_catalog.pg_foreign_data_wrapper as w
    union all
    select 'foreign_servers', array[v.srvname::text], 1417, v.oid, 0, null, null
    from pg_catalog.pg_foreign_server as v
    union all
    select
        'user_mappings',
        array[v.srvname::text, case m.umuser when 0 then 'public'
            else pg_catalog.pg_get_userbyid(m.umuser)::text end],
        1418, m.oid, 0, null, null
    from pg_catalog.pg_user_mapping as m
    join pg_catalog.pg_foreign_server as v on v.oid = m.umserver
    union all
    select 'publications', array[p.pubname::text], 6104, p.oid, 0, null, null
    from pg_catalog.pg_publication as p
    union all
    select 'published_tables', array[p.pubname::text] || r.name, 6106, l.oid, 0, l.xmin, l.cmin
    from relation as r
    join pg_catalog.pg_publication_rel as l on l.prrelid = r.oid
    join pg_catalog.pg_publication as p on p.oid = l.prpubid
    union all
    select
        'default_acl',
        array[
            pg_catalog.pg_get_userbyid(d.defaclrole)::text, coalesce(n.nspname, ''),
            case d.defaclobjtype
                when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'
                when 'T' then 'types' when 'n' then 'schemas' else 'large objects'
            end
        ],
        826, d.oid, 0, null, null
    from pg_catalog.pg_default_acl as d
    left join pg_catalog.pg_namespace as n on n.oid = d.defaclnamespace
) as o
