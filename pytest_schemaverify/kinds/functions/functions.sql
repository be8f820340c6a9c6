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
    p.procost,
    p.prorows,
    p.proargmodes::text[] as modes,
    p.proargnames as names,
    array(
        select pg_catalog.format_type(a.type, null)
        from pg_catalog.unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]))
            with ordinality as a (type, place)
        order by a.place
    ) as types,
    array(
        select case when p.pronargdefaults > 0 then pg_catalog.pg_get_function_arg_default(p.oid, k) end
        from pg_catalog.generate_series(
            1, pg_catalog.cardinality(coalesce(p.proallargtypes, p.proargtypes::oid[]))
        ) as k
        order by k
    ) as defaults,
    case p.prokind when 'a' then (
        select pg_catalog.json_build_array(
            a.aggtransfn::regproc,
            pg_catalog.format_type(a.aggtranstype, null),
            coalesce(nullif(a.aggfinalfn, 0)::regproc::text, ''),
            coalesce(nullif(a.aggcombinefn, 0)::regproc::text, ''),
            coalesce(nullif(a.aggsortop, 0)::regoper::text, ''),
            a.agginitval,
            (
                select pg_catalog.json_agg(pg_catalog.json_build_array(w.word, w.said)) from (values
                    ('sspace', nullif(a.aggtransspace, 0)::text),
                    ('finalfunc_extra', case when a.aggfinalextra then 'true' end),
                    ('finalfunc_modify', modify.final),
                    ('serialfunc', nullif(a.aggserialfn, 0)::regproc::text),
                    ('deserialfunc', nullif(a.aggdeserialfn, 0)::regproc::text),
                    ('msfunc', nullif(a.aggmtransfn, 0)::regproc::text),
                    ('minvfunc', nullif(a.aggminvtransfn, 0)::regproc::text),
                    ('mstype', pg_catalog.format_type(nullif(a.aggmtranstype, 0), null)),
                    ('msspace', nullif(a.aggmtransspace, 0)::text),
                    ('mfinalfunc', nullif(a.aggmfinalfn, 0)::regproc::text),
                    ('mfinalfunc_extra', case when a.aggmfinalextra then 'true' end),
                    ('mfinalfunc_modify', modify.moving),
                    ('minitcond', a.aggminitval)
                ) as w (word, said) where w.said is not null
            ),
            a.aggkind
        )
        from pg_catalog.pg_aggregate as a
        cross join lateral (
            select
                max(l.word) filter (where l.letter = a.aggfinalmodify) as final,
                max(l.word) filter (where l.letter = a.aggmfinalmodify) as moving
            from (values ('r', 'read_only'), ('s', 'shareable'), ('w', 'read_write')) as l (letter, word)
            -- What it is by itself goes without saying.
            where l.letter <> case a.aggkind when 'n' then 'r' else 'w' end
        ) as modify
        where a.aggfnoid = p.oid
    ) end as aggregate,
    coalesce(nullif(p.prosupport::oid, 0)::regproc::text, '') as support,
    coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))::text[] as acl
from pg_catalog.pg_proc as p
join pg_catalog.pg_language as l on l.oid = p.prolang
where
    p.pronamespace = any ($1)
    -- A range type brings functions of its name.
    and (l.lanname <> 'internal' or not exists (
        select from pg_catalog.pg_depend as d
        where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i'
    ))
order by p.pronamespace, p.proname, p.oid
