-- Digests of the connection strings of this database's subscriptions.
select
    s.subname,
    s.oid,
    pg_catalog.encode(
        pg_catalog.sha256(pg_catalog.convert_to(s.subname || ' ' || s.subconninfo, 'UTF8')), 'hex'
    ) as connection
from pg_catalog.pg_subscription as s
join pg_catalog.pg_database as d on d.oid = s.subdbid
where d.datname = pg_catalog.current_database()
order by s.subname
