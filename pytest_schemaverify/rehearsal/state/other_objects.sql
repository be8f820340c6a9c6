-- What is in a database and in no family of the catalog; search_path is empty, so names are whole.
-- No extension's own, and nothing that PostgreSQL brings.
with own (class, oid, schema) as (
    select 2617::oid, oid, oprnamespace from pg_catalog.pg_operator
    union all
    select 2753, oid, opfnamespace from pg_catalog.pg_opfamily
    union all
    select 2616, oid, opcnamespace from pg_catalog.pg_opclass
    union all
    select 2605, oid, null from pg_catalog.pg_cast
    union all
    select 3456, oid, collnamespace from pg_catalog.pg_collation
    union all
    select 2607, oid, connamespace from pg_catalog.pg_conversion
    union all
    select 3602, oid, cfgnamespace from pg_catalog.pg_ts_config
    union all
    select 3600, oid, dictnamespace from pg_catalog.pg_ts_dict
    union all
    select 3601, oid, prsnamespace from pg_catalog.pg_ts_parser
    union all
    select 3764, oid, tmplnamespace from pg_catalog.pg_ts_template
    union all
    select 3576, oid, null from pg_catalog.pg_transform
    union all
    select 2601, oid, null from pg_catalog.pg_am
), said (class, oid, kind, name, how, owner) as (
    select
        2617::oid, o.oid, 'operator', o.oid::regoperator::text,
        pg_catalog.concat_ws(
            ', ', 'function ' || o.oprcode, 'commutator ' || nullif(o.oprcom, 0)::regoperator,
            'negator ' || nullif(o.oprnegate, 0)::regoperator,
            'restrict ' || nullif(o.oprrest::oid, 0)::regproc,
            'join ' || nullif(o.oprjoin::oid, 0)::regproc,
            case when o.oprcanhash then 'hashes' end, case when o.oprcanmerge then 'merges' end
        ),
        o.oprowner
    from pg_catalog.pg_operator as o
    where o.oid >= 16384
    union all
    select
        2753, f.oid, 'operator family',
        pg_catalog.format('%I.%I using %I', f.opfnamespace::regnamespace, f.opfname, m.amname),
        pg_catalog.concat_ws(', ', (
            select pg_catalog.string_agg(
                pg_catalog.concat_ws(' ', p.amopstrategy, p.amopopr::regoperator, p.amoppurpose),
                ', ' order by p.amoplefttype, p.amoprighttype, p.amopstrategy, p.amoppurpose
            )
            from pg_catalog.pg_amop as p where p.amopfamily = f.oid
        ), (
            select pg_catalog.string_agg(
                pg_catalog.concat_ws(' ', p.amprocnum, p.amproc),
                ', ' order by p.amproclefttype, p.amprocrighttype, p.amprocnum
            )
            from pg_catalog.pg_amproc as p where p.amprocfamily = f.oid
        )),
        f.opfowner
    from pg_catalog.pg_opfamily as f join pg_catalog.pg_am as m on m.oid = f.opfmethod
    where f.oid >= 16384
    union all
    select
        2616, c.oid, 'operator class',
        pg_catalog.format('%I.%I using %I', c.opcnamespace::regnamespace, c.opcname, m.amname),
        pg_catalog.concat_ws(
            ', ', 'for ' || c.opcintype::regtype, 'family ' || f.opfname,
            'storage ' || nullif(c.opckeytype, 0)::regtype, case when c.opcdefault then 'default' end
        ),
        c.opcowner
    from pg_catalog.pg_opclass as c
    join pg_catalog.pg_am as m on m.oid = c.opcmethod
    join pg_catalog.pg_opfamily as f on f.oid = c.opcfamily
    where c.oid >= 16384
    union all
    select
        2605, c.oid, 'cast',
        pg_catalog.concat_ws(' as ', c.castsource::regtype, c.casttarget::regtype),
        pg_catalog.concat_ws(', ', nullif(c.castfunc, 0)::regprocedure, c.castcontext, c.castmethod),
        null
    from pg_catalog.pg_cast as c
    where c.oid >= 16384
    union all
    select
        3456, c.oid, 'collation',
        pg_catalog.format('%I.%I', c.collnamespace::regnamespace, c.collname),
        pg_catalog.concat_ws(
            ', ', c.collprovider, c.collcollate, c.collctype,
            pg_catalog.to_jsonb(c) ->> 'colliculocale', pg_catalog.to_jsonb(c) ->> 'colllocale',
            pg_catalog.to_jsonb(c) ->> 'collicurules',
            case when not c.collisdeterministic then 'not deterministic' end
        ),
        c.collowner
    from pg_catalog.pg_collation as c
    where c.oid >= 16384
    union all
    select
        2607, c.oid, 'conversion',
        pg_catalog.format('%I.%I', c.connamespace::regnamespace, c.conname),
        pg_catalog.concat_ws(
            ' ', pg_catalog.pg_encoding_to_char(c.conforencoding), 'to',
            pg_catalog.pg_encoding_to_char(c.contoencoding), 'by', c.conproc,
            case when c.condefault then 'default' end
        ),
        c.conowner
    from pg_catalog.pg_conversion as c
    where c.oid >= 16384
    union all
    select
        3602, c.oid, 'text search configuration', c.oid::regconfig::text,
        pg_catalog.concat_ws(', ', 'parser ' || p.prsname, (
            select pg_catalog.string_agg(
                pg_catalog.concat_ws(' ', m.maptokentype, m.mapdict::regdictionary),
                ', ' order by m.maptokentype, m.mapseqno
            )
            from pg_catalog.pg_ts_config_map as m where m.mapcfg = c.oid
        )),
        c.cfgowner
    from pg_catalog.pg_ts_config as c join pg_catalog.pg_ts_parser as p on p.oid = c.cfgparser
    where c.oid >= 16384
    union all
    select
        3600, d.oid, 'text search dictionary', d.oid::regdictionary::text,
        pg_catalog.concat_ws(', ', 'template ' || t.tmplname, d.dictinitoption), d.dictowner
    from pg_catalog.pg_ts_dict as d join pg_catalog.pg_ts_template as t on t.oid = d.dicttemplate
    where d.oid >= 16384
    union all
    select
        3601, p.oid, 'text search parser',
        pg_catalog.format('%I.%I', p.prsnamespace::regnamespace, p.prsname),
        pg_catalog.concat_ws(', ', p.prsstart, p.prstoken, p.prsend, p.prsheadline, p.prslextype),
        null
    from pg_catalog.pg_ts_parser as p
    where p.oid >= 16384
    union all
    select
        3764, t.oid, 'text search template',
        pg_catalog.format('%I.%I', t.tmplnamespace::regnamespace, t.tmplname),
        pg_catalog.concat_ws(', ', t.tmplinit, t.tmpllexize), null
    from pg_catalog.pg_ts_template as t
    where t.oid >= 16384
    union all
    select
        3576, t.oid, 'transform',
        pg_catalog.concat_ws(' ', 'for', t.trftype::regtype, 'language', l.lanname),
        pg_catalog.concat_ws(', ', t.trffromsql, t.trftosql), null
    from pg_catalog.pg_transform as t join pg_catalog.pg_language as l on l.oid = t.trflang
    where t.oid >= 16384
    union all
    select 2601, m.oid, 'access method', m.amname, pg_catalog.concat_ws(', ', m.amtype, m.amhandler),
        null
    from pg_catalog.pg_am as m
    where m.oid >= 16384
)
select
    s.kind, coalesce(n.nspname, '') as schema, s.name,
    pg_catalog.concat_ws(', ', s.how, 'comment ' || pg_catalog.obj_description(s.oid, c.relname)) as how,
    coalesce(s.owner::regrole::text, '') as owner
from own
join said as s using (class, oid)
join pg_catalog.pg_class as c on c.oid = own.class
left join pg_catalog.pg_namespace as n on n.oid = own.schema
where not exists (
    select from pg_catalog.pg_depend as d
    where d.classid = own.class and d.objid = own.oid and d.deptype = 'e'
)
union all
select 'security label', '', pg_catalog.concat_ws(' ', provider, 'on', objtype, objname), label, ''
from pg_catalog.pg_seclabels
where objtype not in ('role', 'database', 'tablespace')
union all
select
    'dependency', '', pg_catalog.concat_ws(
        ' on ', pg_catalog.pg_describe_object(classid, objid, objsubid),
        pg_catalog.pg_describe_object(refclassid, refobjid, refobjsubid)
    ), 'there', ''
from pg_catalog.pg_depend where deptype = 'x' -- `depends on extension`
union all
-- What columns of foreign tables are called far away, say; search_path is empty, so names are whole.
select
    'options', c.relnamespace::regnamespace::name, pg_catalog.format('of column %s.%I', c.oid::regclass, a.attname),
    pg_catalog.array_to_string(a.attfdwoptions, ', '), ''
from pg_catalog.pg_attribute as a join pg_catalog.pg_class as c on c.oid = a.attrelid
where a.attfdwoptions is not null and not a.attisdropped
union all
select
    'statistics target', c.relnamespace::regnamespace::name,
    pg_catalog.format('of column %s of index %s', a.attnum, c.oid::regclass), a.attstattarget::text, ''
from pg_catalog.pg_attribute as a join pg_catalog.pg_class as c on c.oid = a.attrelid
where c.relkind in ('i', 'I') and a.attstattarget >= 0 and c.relnamespace <> 'pg_catalog'::regnamespace
union all
select
    'access method', c.relnamespace::regnamespace::name, pg_catalog.format('of materialized view %s', c.oid::regclass),
    m.amname, ''
from pg_catalog.pg_class as c join pg_catalog.pg_am as m on m.oid = c.relam
where c.relkind = 'm' and m.amname <> 'heap'
union all
-- Whether a column stays where the parent's column of that name is dropped.
select
    'definition', c.relnamespace::regnamespace::name,
    pg_catalog.format('of inherited column %s.%I', c.oid::regclass, a.attname), 'of its own', ''
from pg_catalog.pg_attribute as a join pg_catalog.pg_class as c on c.oid = a.attrelid
where a.attinhcount > 0 and a.attislocal and not a.attisdropped and c.relkind in ('r', 'p', 'f')
union all
select
    'detachment', c.relnamespace::regnamespace::name, pg_catalog.format('of partition %s', c.oid::regclass),
    'begun', ''
from pg_catalog.pg_inherits as i join pg_catalog.pg_class as c on c.oid = i.inhrelid
where pg_catalog.to_jsonb(i) ->> 'inhdetachpending' = 'true'
union all
-- What the rows of functions and types do not say.
select
    'details', p.pronamespace::regnamespace::name, pg_catalog.format('of function %s', p.oid::regprocedure), d.how, ''
from pg_catalog.pg_proc as p
cross join lateral (select pg_catalog.concat_ws(
    ', ', 'library ' || p.probin, 'transform for ' || p.protrftypes::regtype[]::text
)) as d (how)
where p.oid >= 16384 and d.how <> '' and not exists (
    select from pg_catalog.pg_depend as d
    where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
)
union all
-- On types of rows.
select
    'comment', t.typnamespace::regnamespace::name,
    'on ' || pg_catalog.pg_describe_object(m.classoid, m.objoid, m.objsubid), m.description, ''
from pg_catalog.pg_description as m
join pg_catalog.pg_type as t on m.classoid = 'pg_catalog.pg_type'::regclass and t.oid = m.objoid
join pg_catalog.pg_class as r on r.oid = t.typrelid
where m.objoid >= 16384 and r.relkind <> 'c'
union all
-- What somebody has made where only PostgreSQL makes something.
select
    'addition', s.nspname, 'to the schemas of PostgreSQL: ' || pg_catalog.pg_describe_object(o.class, o.oid, 0),
    'there', ''
from (
    select 'pg_catalog.pg_class'::regclass::oid as class, oid, relnamespace as schema from pg_catalog.pg_class
    where relkind in ('r', 'v', 'm', 'S', 'f', 'p')
    union all
    select 'pg_catalog.pg_proc'::regclass, oid, pronamespace from pg_catalog.pg_proc
    union all
    select 'pg_catalog.pg_type'::regclass, oid, typnamespace from pg_catalog.pg_type
    where typrelid = 0 and typcategory <> 'A'
) as o
join pg_catalog.pg_namespace as s on s.oid = o.schema
where o.oid >= 16384 and s.nspname in ('pg_catalog', 'information_schema') and not exists (
    select from pg_catalog.pg_depend as d where d.classid = o.class and d.objid = o.oid and d.deptype = 'e'
)
union all
-- What was added to operator families of PostgreSQL, but not by an extension.
select 'addition', '', pg_catalog.pg_describe_object(a.class, a.oid, 0), 'there', ''
from (
    select 2602 as class, oid, amopfamily as family, 2617 as class_of_it, amopopr as it
    from pg_catalog.pg_amop
    union all
    select 2603, oid, amprocfamily, 1255, amproc::oid from pg_catalog.pg_amproc
) as a
where a.oid >= 16384 and a.family < 16384 and not exists (
    select from pg_catalog.pg_depend as d
    where d.classid = a.class_of_it and d.objid = a.it and d.deptype = 'e'
)
order by 1, 2, 3
