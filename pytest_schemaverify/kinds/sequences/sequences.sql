-- A sequence that belongs to a column depends on it: automatically (serial) or as its identity.
select
    s.seqrelid,
    pg_catalog.format_type(s.seqtypid, null) as type,
    s.seqstart,
    s.seqincrement,
    s.seqmin,
    s.seqmax,
    s.seqcycle,
    s.seqcache,
    d.refobjid,
    d.refobjsubid
from pg_catalog.pg_sequence as s
left join pg_catalog.pg_depend as d
    on d.classid = 'pg_catalog.pg_class'::regclass
    and d.objid = s.seqrelid
    and d.refclassid = 'pg_catalog.pg_class'::regclass
    and d.refobjsubid > 0
    and d.deptype in ('a', 'i')
order by s.seqrelid
