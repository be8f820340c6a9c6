select
    s.seqrelid,
    pg_catalog.format_type(s.seqtypid, null) as type,
    s.seqstart,
    s.seqincrement,
    s.seqmin,
    s.seqmax,
    s.seqcycle
from pg_catalog.pg_sequence as s
order by s.seqrelid
