-- Comments on anything that is read.
select d.classoid, d.objoid, d.objsubid, d.description
from pg_catalog.pg_description as d
where d.objoid >= 16384
order by d.classoid, d.objoid, d.objsubid
