-- Members of a class are dependent on it and have no word of their own here.
select
    f.oid,
    pg_catalog.quote_ident(f.opfname) || ' using ' || pg_catalog.quote_ident(m.amname) as name,
    array(
        select member.words from (
            select array[
                pg_catalog.format('operator %s (%s, %s)', p.amopstrategy, p.amoplefttype::regtype, p.amoprighttype::regtype),
                case
                    when o.oprnamespace <> 'pg_catalog'::regnamespace then o.oprnamespace::regnamespace::text || '.'
                    else ''
                end || o.oprname
            ] as words
            from pg_catalog.pg_amop as p join pg_catalog.pg_operator as o on o.oid = p.amopopr
            where p.amopfamily = f.oid and not exists (
                select from pg_catalog.pg_depend as d
                where
                    d.classid = 'pg_catalog.pg_amop'::regclass and d.objid = p.oid
                    and d.refclassid = 'pg_catalog.pg_opclass'::regclass and d.deptype = 'i'
            )
            union all
            select array[
                pg_catalog.format('function %s (%s, %s)', p.amprocnum, p.amproclefttype::regtype, p.amprocrighttype::regtype),
                p.amproc::text
            ]
            from pg_catalog.pg_amproc as p
            where p.amprocfamily = f.oid and not exists (
                select from pg_catalog.pg_depend as d
                where
                    d.classid = 'pg_catalog.pg_amproc'::regclass and d.objid = p.oid
                    and d.refclassid = 'pg_catalog.pg_opclass'::regclass and d.deptype = 'i'
            )
        ) as member
        order by member.words
    ) as words,
    f.opfnamespace,
    f.opfowner
from pg_catalog.pg_opfamily as f
join pg_catalog.pg_am as m on m.oid = f.opfmethod
where
    f.opfnamespace = any ($1) and f.oid >= 16384
    -- CREATE OPERATOR CLASS makes one of its own name, which comes and goes with it.
    and not exists (
        select from pg_catalog.pg_opclass as c
        where c.opcfamily = f.oid and (c.opcname, c.opcnamespace) = (f.opfname, f.opfnamespace)
    )
order by f.opfnamespace, f.opfname, m.amname
