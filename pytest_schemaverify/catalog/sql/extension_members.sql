-- Objects that belong to extensions: not the user's, so left out of a snapshot.
select d.classid, d.objid
from pg_catalog.pg_depend as d
where d.deptype = 'e'
order by d.classid, d.objid
