-- Operator classes. Whether an operator depends on its class or on the family alone differs between servers and index methods,
-- so the members are those that the family has for the type.
select
    o.oid,
    o.opcnamespace,
    o.opcname,
    m.amname,
    pg_catalog.format_type(o.opcintype, null) as type,
    o.opcdefault,
    f.opfnamespace::regnamespace::text || '.' || pg_catalog.quote_ident(f.opfname) as family,
    case when o.opckeytype <> 0 then pg_catalog.format_type(o.opckeytype, null) end as storage,
    array(
        select pg_catalog.concat_ws(
            ' ', p.amopstrategy, p.amopopr::regoperator,
            'for order by ' || sf.opfnamespace::regnamespace::text || '.' || pg_catalog.quote_ident(sf.opfname)
        )
        from pg_catalog.pg_amop as p
        left join pg_catalog.pg_opfamily as sf on sf.oid = p.amopsortfamily
        where p.amopfamily = o.opcfamily and p.amoplefttype = o.opcintype
        order by p.amopstrategy, p.amopopr::regoperator::text
    ) as operators,
    array(
        select pg_catalog.concat_ws(' ', p.amprocnum, p.amproc::regprocedure)
        from pg_catalog.pg_amproc as p
        where p.amprocfamily = o.opcfamily and p.amproclefttype = o.opcintype
        order by p.amprocnum, p.amproc::regprocedure::text
    ) as functions,
    o.opcowner
from pg_catalog.pg_opclass as o
join pg_catalog.pg_am as m on m.oid = o.opcmethod
join pg_catalog.pg_opfamily as f on f.oid = o.opcfamily
where o.opcnamespace = any ($1)
order by o.opcnamespace, o.opcname, m.amname
