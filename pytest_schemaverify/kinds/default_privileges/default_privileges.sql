select
    d.defaclrole,
    coalesce(n.nspname, '') as schema,
    d.defaclobjtype,
    d.defaclacl::text[] as acl
from pg_catalog.pg_default_acl as d
left join pg_catalog.pg_namespace as n on n.oid = d.defaclnamespace
order by d.defaclrole, 2, d.defaclobjtype
