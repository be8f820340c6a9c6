select
    t.oid,
    t.tmplname,
    array[
        array['init', nullif(t.tmplinit::oid, 0)::regproc::text],
        array['lexize', t.tmpllexize::regproc::text]
    ] as words,
    t.tmplnamespace
from pg_catalog.pg_ts_template as t
where t.tmplnamespace = any ($1) and t.oid >= 16384
order by t.tmplnamespace, t.tmplname
