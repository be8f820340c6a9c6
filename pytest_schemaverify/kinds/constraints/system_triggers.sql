-- Triggers with which the server enforces constraints, where `alter table … disable trigger all` and the
-- like have changed when they fire.
select distinct
    t.tgconstraint,
    t.tgrelid,
    t.tgenabled
from pg_catalog.pg_trigger as t
where
    t.tgisinternal
    and t.tgconstraint <> 0
    and t.tgenabled <> 'O'
order by t.tgconstraint, t.tgrelid, t.tgenabled
