-- Rules; `_RETURN` is what makes a view one.
select
    r.oid,
    r.ev_class,
    r.rulename,
    r.ev_type,
    r.is_instead,
    r.ev_enabled,
    pg_catalog.pg_get_ruledef(r.oid) as definition
from pg_catalog.pg_rewrite as r
join pg_catalog.pg_class as c on c.oid = r.ev_class
where
    r.rulename <> '_RETURN'
    and c.relnamespace = any ($1)
order by r.ev_class, r.rulename
