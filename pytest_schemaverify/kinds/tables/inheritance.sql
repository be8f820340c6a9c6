-- Parents of tables; indexes of partitions are left out.
select i.inhrelid, i.inhparent
from pg_catalog.pg_inherits as i
join pg_catalog.pg_class as c on c.oid = i.inhrelid
where c.relkind in ('r', 'p', 'f')
order by i.inhrelid, i.inhseqno
