-- Functions that a query can call and that may do what a rollback does not undo, each with the
-- operators and casts that call it. An aggregate is volatile if one of
-- its functions is.
with aggregates as (
    select distinct a.aggfnoid::pg_catalog.oid as oid
    from pg_catalog.pg_aggregate as a
    join pg_catalog.pg_proc as part on part.oid in (
        a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn
    )
    where a.aggfnoid >= 16384::pg_catalog.oid and part.provolatile = 'v'
),
signs as (
    select oprcode::pg_catalog.oid as oid, pg_catalog.array_agg(oprname::pg_catalog.text) as names
    from pg_catalog.pg_operator where oid >= 16384::pg_catalog.oid group by oprcode
),
casts as (
    select c.castfunc as oid, pg_catalog.array_agg(t.typname::pg_catalog.text) as types
    from pg_catalog.pg_cast as c
    join pg_catalog.pg_type as t on t.oid in (c.castsource, c.casttarget)
    where c.oid >= 16384::pg_catalog.oid group by c.castfunc
),
functions as (
    select
        p.*, n.nspname, e.extname,
        p.provolatile = 'v' or aggregates.oid is not null as is_volatile
    from pg_catalog.pg_proc as p
    join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
    left join aggregates on aggregates.oid = p.oid
    left join pg_catalog.pg_depend as d
        on d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid
        and d.deptype = 'e' and d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
    left join pg_catalog.pg_extension as e on e.oid = d.refobjid
)
select
    p.oid::pg_catalog.int8, p.nspname, p.proname, pg_catalog.oidvectortypes(p.proargtypes),
    p.pronargs - p.pronargdefaults - (p.provariadic <> 0)::pg_catalog.int4,
    case when p.provariadic = 0 then p.pronargs end,
    p.is_volatile,
    pg_catalog.pg_function_is_visible(p.oid),
    coalesce(p.pronargs - p.pronargdefaults <= 1 and first.typtype in ('c', 'p'), false),
    coalesce(signs.names, '{}'),
    coalesce(casts.types, '{}')
from functions as p
left join signs on signs.oid = p.oid
left join casts on casts.oid = p.oid
left join pg_catalog.pg_type as first on first.oid = p.proargtypes[0]
where
    (
        p.proname = any ($1::pg_catalog.text[])
        or pg_catalog.starts_with(p.proname::pg_catalog.text, 'dblink')
        or (
            p.is_volatile
            and not (p.nspname = 'pg_catalog' and p.proname = any ($2::pg_catalog.text[]))
            and (
                p.extname is null or p.extname || '.' || p.proname <> all ($3::pg_catalog.text[])
            )
        )
    )
    -- No query can call a function that takes or returns one of these.
    and not array[
        'pg_catalog.internal'::pg_catalog.regtype, 'pg_catalog.trigger'::pg_catalog.regtype,
        'pg_catalog.event_trigger'::pg_catalog.regtype
    ]::pg_catalog.oid[] && (p.proargtypes::pg_catalog.oid[] || p.prorettype)
order by p.nspname, p.proname, p.oid
