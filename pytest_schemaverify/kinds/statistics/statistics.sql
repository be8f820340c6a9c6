-- Extended statistics. Those over expressions are there since PostgreSQL 14.
select
    s.oid,
    s.stxrelid,
    n.nspname,
    s.stxname,
    s.stxowner,
    s.stxkind,
    s.stxkeys::int2[] as columns,
    {14: coalesce(pg_catalog.pg_get_statisticsobjdef_expressions(s.oid), '{}') | array[]::text[]}
    as expressions,
    coalesce(s.stxstattarget, -1) as target
from pg_catalog.pg_statistic_ext as s
join pg_catalog.pg_namespace as n on n.oid = s.stxnamespace
where s.stxnamespace = any ($1)
order by s.stxrelid, s.stxname
