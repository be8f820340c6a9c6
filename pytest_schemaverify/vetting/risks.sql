-- Functions that a query can call and that may do what a rollback does not undo, each with the
-- operators and casts that call it. An aggregate is what its functions are.
with parts as (
    select a.aggfnoid as oid, part.oid as part
    from pg_catalog.pg_aggregate as a
    cross join lateral pg_catalog.unnest(array[
        a.aggtransfn::oid, a.aggfinalfn::oid, a.aggcombinefn::oid,
        a.aggmtransfn::oid, a.aggminvtransfn::oid, a.aggmfinalfn::oid
    ]) as part (oid)
    where a.aggfnoid >= 16384::oid
),
functions as (
    select
        p.*, n.nspname, e.extname,
        p.provolatile = 'v' or exists (
            select from parts join pg_catalog.pg_proc as inner_ on inner_.oid = parts.part
            where parts.oid = p.oid and inner_.provolatile = 'v'
        ) as volatile
    from pg_catalog.pg_proc as p
    join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
    left join pg_catalog.pg_depend as d
        on d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid
        and d.deptype = 'e' and d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
    left join pg_catalog.pg_extension as e on e.oid = d.refobjid
)
select
    p.oid::pg_catalog.int8, p.nspname, p.proname, pg_catalog.oidvectortypes(p.proargtypes),
    p.pronargs - p.pronargdefaults - (p.provariadic <> 0)::pg_catalog.int4,
    case when p.provariadic = 0 then p.pronargs end,
    p.volatile,
    pg_catalog.pg_function_is_visible(p.oid),
    p.pronargs > 0 and p.pronargs - p.pronargdefaults <= 1 and exists (
        select from pg_catalog.pg_type as t
        where t.oid = p.proargtypes[0] and t.typtype in ('c', 'p')
    ),
    array(
        select o.oprname::pg_catalog.text from pg_catalog.pg_operator as o
        where o.oprcode = p.oid and o.oid >= 16384::oid
    ),
    array(
        select t.typname::pg_catalog.text from pg_catalog.pg_cast as c
        join pg_catalog.pg_type as t on t.oid in (c.castsource, c.casttarget)
        where c.castfunc = p.oid and c.oid >= 16384::oid
    )
from functions as p
where
    (
        p.proname = any ($1::pg_catalog.text[]) or pg_catalog.starts_with(p.proname::pg_catalog.text, 'dblink')
        or (
            p.volatile
            and not (p.nspname = 'pg_catalog' and p.proname = any ($2::pg_catalog.text[]))
            and (
                p.extname is null
                or p.extname || '.' || p.proname <> all ($3::pg_catalog.text[])
            )
        )
    )
    -- What takes or returns one of these, no query can call.
    and not exists (
        select from pg_catalog.unnest(p.proargtypes::oid[] || p.prorettype) as t (oid)
        where t.oid in (
            'pg_catalog.internal'::pg_catalog.regtype, 'pg_catalog.trigger'::pg_catalog.regtype,
            'pg_catalog.event_trigger'::pg_catalog.regtype
        )
    )
order by p.nspname, p.proname, p.oid
