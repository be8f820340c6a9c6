select
    o.oid,
    o.opcnamespace,
    o.opcname,
    m.amname,
    pg_catalog.format_type(o.opcintype, null) as type,
    o.opcdefault,
    o.opcowner
from pg_catalog.pg_opclass as o
join pg_catalog.pg_am as m on m.oid = o.opcmethod
where o.opcnamespace = any ($1)
order by o.opcnamespace, o.opcname, m.amname
