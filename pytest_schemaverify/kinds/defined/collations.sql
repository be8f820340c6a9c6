select
    c.oid,
    c.collname,
    array[
        array['provider', case c.collprovider when 'c' then 'libc' when 'i' then 'icu' when 'b' then 'builtin' end],
        array['lc_collate', case when c.collcollate <> c.collctype then c.collcollate end],
        array['lc_ctype', case when c.collcollate <> c.collctype then c.collctype end],
        -- Since 15 a collation of ICU has it in a column of its own, which 17 has given another name.
        array['locale', coalesce(
            pg_catalog.to_jsonb(c) ->> 'colllocale', pg_catalog.to_jsonb(c) ->> 'colliculocale',
            case when c.collcollate = c.collctype then c.collcollate end
        )],
        array['rules', pg_catalog.to_jsonb(c) ->> 'collicurules'],
        array['deterministic', case when c.collisdeterministic then 'true' else 'false' end]
    ]::text[] as words,
    c.collnamespace,
    c.collowner
from pg_catalog.pg_collation as c
where c.collnamespace = any ($1) and c.oid >= 16384
order by c.collnamespace, c.collname
