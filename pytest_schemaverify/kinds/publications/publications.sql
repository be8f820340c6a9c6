select
    p.oid,
    p.pubname,
    p.pubowner,
    p.puballtables,
    array_remove(array[
        case when p.pubinsert then 'insert' end,
        case when p.pubupdate then 'update' end,
        case when p.pubdelete then 'delete' end,
        case when p.pubtruncate then 'truncate' end
    ], null) as commands,
    p.pubviaroot,
    {15: array(
        select n.nspname::text
        from pg_catalog.pg_publication_namespace as s
        join pg_catalog.pg_namespace as n on n.oid = s.pnnspid
        where s.pnpubid = p.oid
        order by n.nspname
    ) | array[]::text[]} as schemas,
    {18: p.pubgencols | 'n'} as generated_columns
from pg_catalog.pg_publication as p
order by p.pubname
