select
    e.oid,
    e.evtname,
    e.evtevent,
    n.nspname,
    p.proname,
    e.evttags,
    e.evtenabled,
    e.evtowner
from pg_catalog.pg_event_trigger as e
join pg_catalog.pg_proc as p on p.oid = e.evtfoid
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
order by e.evtname
