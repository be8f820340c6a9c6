-- Objects that are dropped with an extension without belonging to it: `depends on extension`.
select d.classid, d.objid, e.extname
from pg_catalog.pg_depend as d
join pg_catalog.pg_extension as e on e.oid = d.refobjid
where d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'x'
order by d.classid, d.objid, e.extname
