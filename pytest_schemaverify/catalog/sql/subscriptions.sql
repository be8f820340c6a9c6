-- Subscriptions of this database. The connection string is a secret, and only superusers may read it.
select
    s.subname,
    s.subowner,
    s.subenabled,
    s.subpublications,
    coalesce(s.subslotname::text, '') as slot
from pg_catalog.pg_subscription as s
join pg_catalog.pg_database as d on d.oid = s.subdbid
where d.datname = pg_catalog.current_database()
order by s.subname
