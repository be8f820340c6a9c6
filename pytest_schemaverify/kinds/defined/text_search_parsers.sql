select
    p.oid,
    p.prsname,
    array[
        array['start', p.prsstart::regproc::text],
        array['gettoken', p.prstoken::regproc::text],
        array['end', p.prsend::regproc::text],
        array['headline', nullif(p.prsheadline::oid, 0)::regproc::text],
        array['lextypes', p.prslextype::regproc::text]
    ] as words,
    p.prsnamespace
from pg_catalog.pg_ts_parser as p
where p.prsnamespace = any ($1) and p.oid >= 16384
order by p.prsnamespace, p.prsname
