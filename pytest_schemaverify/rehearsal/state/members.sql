-- How extensions' own functions and relations are, and what hangs on them; search_path is empty. Digests stand
-- for what is long. An extension's tables can have policies, triggers and indexes of the user's.
-- The conditions stand below what is computed, which for all of pg_proc takes eight times as long.
with member (class, oid) as (
    select d.classid, d.objid from pg_catalog.pg_depend as d where d.deptype = 'e'
), said (class, oid, how) as (
    select
        'pg_catalog.pg_proc'::regclass::oid, p.oid,
        pg_catalog.concat_ws(
            ', ', 'owner ' || p.proowner::regrole, case when p.prosecdef then 'security definer' end,
            p.provolatile, p.proparallel, case when p.proisstrict then 'strict' end,
            case when p.proleakproof then 'leakproof' end, 'cost ' || p.procost, 'rows ' || p.prorows,
            pg_catalog.array_to_string(p.proconfig, ', '), 'body ' || pg_catalog.md5(p.prosrc)
        )
    from pg_catalog.pg_proc as p
    where
        p.oid in (select oid from member where class = 'pg_catalog.pg_proc'::regclass)
        or (p.oid < 16384 and p.proconfig is not null) -- as initdb never leaves one
    union all
    select
        'pg_catalog.pg_class'::regclass, c.oid,
        pg_catalog.concat_ws(
            ', ', 'owner ' || c.relowner::regrole, case when c.relrowsecurity then 'row level security' end,
            case when c.relforcerowsecurity then 'forced' end, pg_catalog.array_to_string(c.reloptions, ', '),
            (
                select 'columns ' || pg_catalog.md5(pg_catalog.string_agg(pg_catalog.concat_ws(
                    ' ', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
                    pg_catalog.pg_get_expr(f.adbin, f.adrelid)
                ), ', ' order by a.attnum))
                from pg_catalog.pg_attribute as a
                left join pg_catalog.pg_attrdef as f on f.adrelid = a.attrelid and f.adnum = a.attnum
                where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            ),
            (
                select 'policies ' || pg_catalog.string_agg(pg_catalog.concat_ws(
                    ' ', pg_catalog.quote_ident(p.polname), p.polcmd, p.polpermissive, p.polroles::regrole[],
                    pg_catalog.pg_get_expr(p.polqual, c.oid), pg_catalog.pg_get_expr(p.polwithcheck, c.oid)
                ), ', ' order by p.polname)
                from pg_catalog.pg_policy as p where p.polrelid = c.oid
            ),
            (
                select 'triggers ' || pg_catalog.string_agg(
                    t.tgenabled::text || ' ' || pg_catalog.pg_get_triggerdef(t.oid), ', ' order by t.tgname
                )
                from pg_catalog.pg_trigger as t where t.tgrelid = c.oid and not t.tgisinternal
            ),
            (
                select 'constraints ' || pg_catalog.string_agg(
                    pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid), ', '
                    order by k.conname
                )
                from pg_catalog.pg_constraint as k where k.conrelid = c.oid
            ),
            (
                select 'indexes ' || pg_catalog.string_agg(
                    pg_catalog.pg_get_indexdef(i.indexrelid), ', ' order by i.indexrelid::regclass::text
                )
                from pg_catalog.pg_index as i where i.indrelid = c.oid
            ),
            'definition ' || pg_catalog.md5(case when c.relkind in ('v', 'm') then pg_catalog.pg_get_viewdef(c.oid) end)
        )
    from pg_catalog.pg_class as c
    where c.oid in (select oid from member where class = 'pg_catalog.pg_class'::regclass)
)
select pg_catalog.pg_describe_object(s.class, s.oid, 0), s.how
from said as s
