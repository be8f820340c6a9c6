select
    p.oid,
    p.pronamespace,
    p.proname,
    array(
        select pg_catalog.format_type(a.type, null)
        from pg_catalog.unnest(p.proargtypes::oid[]) with ordinality as a (type, place)
        order by a.place
    ) as arguments,
    p.prokind,
    pg_catalog.pg_get_function_result(p.oid) as returns,
    l.lanname,
    p.prosecdef,
    p.provolatile,
    p.proisstrict,
    p.proleakproof,
    p.proparallel,
    p.proconfig,
    p.proowner,
    pg_catalog.pg_get_function_arguments(p.oid) as signature,
    {14: coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) | p.prosrc} as source,
    coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))::text[] as acl
from pg_catalog.pg_proc as p
join pg_catalog.pg_language as l on l.oid = p.prolang
where p.pronamespace = any (%(schemas)s)
order by p.pronamespace, p.proname, p.oid
