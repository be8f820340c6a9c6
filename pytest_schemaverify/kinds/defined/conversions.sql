select
    c.oid,
    c.conname,
    array[
        array['for', pg_catalog.pg_encoding_to_char(c.conforencoding)],
        array['to', pg_catalog.pg_encoding_to_char(c.contoencoding)],
        array['from', c.conproc::regproc],
        array['default', case when c.condefault then 'true' end]
    ]::text[] as words,
    c.connamespace,
    c.conowner
from pg_catalog.pg_conversion as c
where c.connamespace = any ($1) and c.oid >= 16384
order by c.connamespace, c.conname
