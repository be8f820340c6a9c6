select
    p.pubname,
    p.puballtables,
    array_remove(array[
        case when p.pubinsert then 'insert' end,
        case when p.pubupdate then 'update' end,
        case when p.pubdelete then 'delete' end,
        case when p.pubtruncate then 'truncate' end
    ], null) as commands,
    array(
        select pg_catalog.format('%%I.%%I', t.schemaname, t.tablename)
        from pg_catalog.pg_publication_tables as t
        where t.pubname = p.pubname and not p.puballtables
        order by 1
    ) as tables
from pg_catalog.pg_publication as p
order by p.pubname
