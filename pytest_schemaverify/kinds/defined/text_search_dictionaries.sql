-- The word '' stands for the options, which are one text: `language = 'english', stopwords = 'english'`.
select
    d.oid,
    d.dictname,
    array[
        array['template', t.tmplnamespace::regnamespace::text || '.' || pg_catalog.quote_ident(t.tmplname)],
        array['', d.dictinitoption]
    ] as words,
    d.dictnamespace,
    d.dictowner
from pg_catalog.pg_ts_dict as d
join pg_catalog.pg_ts_template as t on t.oid = d.dicttemplate
where d.dictnamespace = any ($1) and d.oid >= 16384
order by d.dictnamespace, d.dictname
