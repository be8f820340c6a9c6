-- Names of roles, for owners and policies.
select r.oid, r.rolname
from pg_catalog.pg_roles as r
order by r.rolname
