select
    m.oid,
    m.amname,
    array[
        array['type', case m.amtype when 'i' then 'index' when 't' then 'table' end],
        array['handler', m.amhandler::regproc::text]
    ] as words
from pg_catalog.pg_am as m
where m.oid >= 16384
order by m.amname
