-- The parameters on which something is granted; 10 is BOOTSTRAP_SUPERUSERID of pg_authid.dat.
select p.parname, 10::oid as owner, p.paracl::text[] as acl
from {15: pg_catalog.pg_parameter_acl as p | (select null::text, null::text[] where false) as p (parname, paracl)}
order by p.parname
