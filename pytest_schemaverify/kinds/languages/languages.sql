-- Languages, without the three that are not for users.
select
    l.oid,
    l.lanname,
    l.lanowner,
    l.lanpltrusted,
    nullif(l.lanplcallfoid, 0)::regproc::text as handler,
    nullif(l.laninline, 0)::regproc::text as inline,
    nullif(l.lanvalidator, 0)::regproc::text as validator,
    coalesce(l.lanacl, pg_catalog.acldefault('l', l.lanowner))::text[] as acl
from pg_catalog.pg_language as l
where l.lanispl
order by l.lanname
