-- A parser cuts a text into tokens of some types; each type has dictionaries, which are asked in order.
select
    c.oid,
    c.cfgnamespace,
    c.cfgname,
    p.prsnamespace::regnamespace::text || '.' || pg_catalog.quote_ident(p.prsname) as parser,
    c.cfgowner,
    array(
        select array[t.alias, m.mapdict::regdictionary::text]
        from pg_catalog.pg_ts_config_map as m
        join pg_catalog.ts_token_type(c.cfgparser) as t on t.tokid = m.maptokentype
        where m.mapcfg = c.oid
        order by t.alias, m.mapseqno
    ) as mappings,
    array(select t.alias from pg_catalog.ts_token_type(c.cfgparser) as t order by t.tokid) as tokens
from pg_catalog.pg_ts_config as c
join pg_catalog.pg_ts_parser as p on p.oid = c.cfgparser
where c.cfgnamespace = any ($1)
order by c.cfgnamespace, c.cfgname
