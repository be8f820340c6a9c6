-- Tables that publications name. Lists of columns and conditions on rows are there since PostgreSQL 15.
select
    p.pubname,
    r.prrelid,
    {15: r.prattrs::int2[] | null::int2[]} as columns,
    {15: pg_catalog.pg_get_expr(r.prqual, r.prrelid) | null::text} as condition
from pg_catalog.pg_publication_rel as r
join pg_catalog.pg_publication as p on p.oid = r.prpubid
order by p.pubname, r.prrelid
