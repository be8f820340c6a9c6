select
    t.oid,
    pg_catalog.format_type(t.trftype, null) || ' language ' || pg_catalog.quote_ident(l.lanname) as name,
    array[
        array['from', nullif(t.trffromsql::oid, 0)::regproc::text],
        array['to', nullif(t.trftosql::oid, 0)::regproc::text]
    ] as words
from pg_catalog.pg_transform as t
join pg_catalog.pg_language as l on l.oid = t.trflang
where t.oid >= 16384
order by name
