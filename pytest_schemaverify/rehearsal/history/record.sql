-- What writes down, for every object, the statement that last changed it. The statements say where
-- they stand by `set schemaverify.at`; an object counts as changed when its row in the catalog says
-- something else than before, so a `create … if not exists` that did nothing is no change.
create schema schemaverify_history;

create table schemaverify_history.change (
    family text not null,
    key text[] not null,
    class oid not null,
    object oid not null,
    relation oid not null,
    said text,
    place text not null,
    made text not null,
    primary key (family, key)
);
create index on schemaverify_history.change (relation);
create index on schemaverify_history.change (object);

create function schemaverify_history.place() returns text
language sql stable set search_path = '' as
$$ select coalesce(pg_catalog.current_setting('schemaverify.at', true), '') $$;

create function schemaverify_history.note(
    family text, key text[], class oid, object oid, said text
) returns void language sql set search_path = '' as $$
    insert into schemaverify_history.change as c
    values (
        family, key, class, object, 0, coalesce(said, ''),
        schemaverify_history.place(), schemaverify_history.place()
    )
    on conflict on constraint change_pkey do update
    set said = excluded.said, place = excluded.place, object = excluded.object,
        made = case when c.said is null then excluded.made else c.made end
    where c.said is distinct from excluded.said;

    -- What had another name is no longer there under that.
    update schemaverify_history.change as c
    set said = null, place = schemaverify_history.place()
    where c.class = note.class and c.object = note.object and c.family = note.family
        and c.key <> note.key and c.said is not null
        -- Privileges on columns are those of one object, too.
        and not (family = 'grants' and class = 1259
            and 3 in (pg_catalog.cardinality(c.key), pg_catalog.cardinality(note.key)))
$$;

create function schemaverify_history.arguments(types oidvector) returns text
language sql stable set search_path = '' as $$
    select coalesce(
        pg_catalog.string_agg(pg_catalog.format_type(a.type, null), ', ' order by a.place), ''
    )
    from pg_catalog.unnest(types::oid[]) with ordinality as a (type, place)
$$;

create function schemaverify_history.sequence(object oid) returns void
language sql set search_path = '' as $$
    select schemaverify_history.note(
        'sequences', array[n.nspname::text, c.relname::text], 1259, c.oid,
        row(
            s.seqtypid, s.seqstart, s.seqincrement, s.seqmax, s.seqmin, s.seqcache, s.seqcycle,
            c.relowner, pg_catalog.obj_description(c.oid, 'pg_class')
        )::text
    )
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    join pg_catalog.pg_sequence as s on s.seqrelid = c.oid
    where c.oid = object and c.relpersistence <> 't' and n.nspname <> 'schemaverify_history'
$$;

create function schemaverify_history.relation(relation oid) returns void
language plpgsql set search_path = '' as $$
declare
    name text[];
begin
    perform schemaverify_history.sequence(relation);
    select array[n.nspname::text, c.relname::text] into name
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where c.oid = $1 and c.relkind = any ('{r,p,f,v,m}') and c.relpersistence <> 't'
        and n.nspname <> 'schemaverify_history';
    if name is null then
        return;
    end if;
    with now (family, key, class, object, said) as (
        select 'tables', name, 1259::oid, c.oid, row(
            c.relkind, c.relpersistence, c.relowner, c.relrowsecurity, c.relforcerowsecurity,
            c.reloptions, pg_catalog.obj_description(c.oid, 'pg_class'),
            case when c.relkind in ('v', 'm') then pg_catalog.pg_get_viewdef(c.oid) end
        )::text
        from pg_catalog.pg_class as c
        where c.oid = $1
        union all
        select 'columns', name || a.attname::text, 1259, a.attrelid, row(
            a.atttypid, a.atttypmod, a.attnotnull, a.attidentity, a.attgenerated, a.attcollation,
            pg_catalog.pg_get_expr(d.adbin, a.attrelid),
            pg_catalog.col_description(a.attrelid, a.attnum)
        )::text
        from pg_catalog.pg_attribute as a
        left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped
        union all
        select 'constraints', name || c.conname::text, 2606, c.oid, row(
            c.contype, c.condeferrable, c.condeferred, c.convalidated,
            pg_catalog.pg_get_constraintdef(c.oid)
        )::text
        from pg_catalog.pg_constraint as c
        left join pg_catalog.pg_constraint as p on p.oid = c.conparentid
        -- Not the copies of a foreign key for each partition of the table that it refers to.
        where c.conrelid = $1 and c.contype <> 'n' and coalesce(p.confrelid, c.confrelid) = c.confrelid
        union all
        select 'indexes', name || r.relname::text, 1259, r.oid, row(
            i.indisvalid, r.reloptions, pg_catalog.pg_get_indexdef(r.oid)
        )::text
        from pg_catalog.pg_index as i
        join pg_catalog.pg_class as r on r.oid = i.indexrelid
        where i.indrelid = $1
        union all
        select 'policies', name || p.polname::text, 3256, p.oid, row(
            p.polcmd, p.polpermissive, p.polroles,
            pg_catalog.pg_get_expr(p.polqual, p.polrelid),
            pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)
        )::text
        from pg_catalog.pg_policy as p
        where p.polrelid = $1
        union all
        select 'triggers', name || t.tgname::text, 2620, t.oid, row(
            t.tgenabled, pg_catalog.pg_get_triggerdef(t.oid)
        )::text
        from pg_catalog.pg_trigger as t
        where t.tgrelid = $1 and not t.tgisinternal
        union all
        select 'rewrite_rules', name || r.rulename::text, 2618, r.oid, row(
            r.ev_enabled, pg_catalog.pg_get_ruledef(r.oid)
        )::text
        from pg_catalog.pg_rewrite as r
        where r.ev_class = $1 and r.rulename <> '_RETURN'
        union all
        select 'statistics', name || s.stxname::text, 3381, s.oid, row(
            s.stxowner, pg_catalog.to_jsonb(s) -> 'stxstattarget',
            pg_catalog.pg_get_statisticsobjdef(s.oid)
        )::text
        from pg_catalog.pg_statistic_ext as s
        where s.stxrelid = $1
    ), written as (
        insert into schemaverify_history.change as c
        select now.*, schemaverify_history.place(), schemaverify_history.place()
        from (select family, key, class, object, $1, said from now) as now
        on conflict on constraint change_pkey do update
        set said = excluded.said, place = excluded.place, object = excluded.object,
            made = case when c.said is null then excluded.made else c.made end,
            relation = excluded.relation
        where c.said is distinct from excluded.said
    )
    update schemaverify_history.change as c
    set said = null, place = schemaverify_history.place()
    where c.relation = $1 and c.said is not null and c.family <> 'grants'
        and not exists (select from now where now.family = c.family and now.key = c.key);
end
$$;

create function schemaverify_history.grants() returns void
language sql set search_path = '' as $$
    select schemaverify_history.note('grants', a.key, a.class, a.object, a.acl)
    from (
        select array[n.nspname::text, c.relname::text], 1259::oid, c.oid, c.relacl::text
        from pg_catalog.pg_class as c
        join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        where c.oid >= 16384 and c.relkind = any ('{r,p,f,v,m,S}') and c.relacl is not null
        union all
        select
            array[n.nspname::text, c.relname::text, a.attname::text], 1259, c.oid, a.attacl::text
        from pg_catalog.pg_attribute as a
        join pg_catalog.pg_class as c on c.oid = a.attrelid
        join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        where c.oid >= 16384 and a.attacl is not null
        union all
        select array[n.nspname::text], 2615, n.oid, n.nspacl::text
        from pg_catalog.pg_namespace as n
        where n.nspacl is not null and n.nspname <> 'schemaverify_history'
        union all
        select array[n.nspname::text, t.typname::text], 1247, t.oid, t.typacl::text
        from pg_catalog.pg_type as t
        join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
        where t.oid >= 16384 and t.typacl is not null
        union all
        select
            array[
                d.defaclrole::regrole::text, coalesce(n.nspname, ''),
                case d.defaclobjtype
                    when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'
                    when 'T' then 'types' when 'n' then 'schemas' else 'large objects'
                end
            ], 826, d.oid, d.defaclacl::text
        from pg_catalog.pg_default_acl as d
        left join pg_catalog.pg_namespace as n on n.oid = d.defaclnamespace
        union all
        select
            array[n.nspname::text, p.proname::text, schemaverify_history.arguments(p.proargtypes)],
            1255, p.oid, p.proacl::text
        from pg_catalog.pg_proc as p
        join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
        where p.oid >= 16384 and p.proacl is not null
    ) as a (key, class, object, acl)
    where not exists (
        select from schemaverify_history.change as c
        where c.family = 'grants' and c.key = a.key and c.said = a.acl
    )
$$;

create function schemaverify_history.other(class oid, object oid) returns void
language sql set search_path = '' as $$
    select schemaverify_history.note(
        o.family, o.key, coalesce(o.its_class, class), coalesce(o.its_oid, object), o.said
    )
    from (
        select
            'functions',
            array[n.nspname::text, p.proname::text, schemaverify_history.arguments(p.proargtypes)],
            row(
                p.prokind, p.prorettype, p.prolang, p.prosecdef, p.provolatile, p.proisstrict,
                p.proleakproof, p.proparallel, p.proconfig, p.proowner,
                pg_catalog.pg_get_function_arguments(p.oid), p.prosrc,
                pg_catalog.obj_description(p.oid, 'pg_proc')
            )::text,
            null::oid, null::oid
        from pg_catalog.pg_proc as p
        join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
        where class = 1255 and p.oid = object
        union all
        select
            'types', array[n.nspname::text, t.typname::text],
            row(
                t.typtype, t.typowner, t.typbasetype, t.typtypmod, t.typnotnull, t.typdefault,
                array(
                    select e.enumlabel from pg_catalog.pg_enum as e
                    where e.enumtypid = t.oid order by e.enumsortorder
                ),
                array(
                    select pg_catalog.pg_get_constraintdef(c.oid)
                    from pg_catalog.pg_constraint as c
                    where c.contypid = t.oid order by c.conname
                )
            )::text, null, null
        from pg_catalog.pg_type as t
        join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
        where class = 1247 and t.oid = object
        union all
        select
            'domain_checks', array[n.nspname::text, t.typname::text, c.conname::text],
            pg_catalog.pg_get_constraintdef(c.oid), 2606, c.oid
        from pg_catalog.pg_constraint as c
        join pg_catalog.pg_type as t on t.oid = c.contypid
        join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
        where class = 1247 and t.oid = object and c.contype = 'c'
        union all
        select
            'wrappers', array[w.fdwname::text],
            row(w.fdwowner, w.fdwhandler, w.fdwvalidator, w.fdwoptions)::text, null, null
        from pg_catalog.pg_foreign_data_wrapper as w
        where class = 2328 and w.oid = object
        union all
        select
            'foreign_servers', array[v.srvname::text],
            row(v.srvowner, v.srvfdw, v.srvtype, v.srvversion, v.srvoptions)::text, null, null
        from pg_catalog.pg_foreign_server as v
        where class = 1417 and v.oid = object
        union all
        select
            'user_mappings',
            array[v.srvname::text, case m.umuser when 0 then 'public'
                else pg_catalog.pg_get_userbyid(m.umuser)::text end],
            pg_catalog.md5(m.umoptions::text), null, null
        from pg_catalog.pg_user_mapping as m
        join pg_catalog.pg_foreign_server as v on v.oid = m.umserver
        where class = 1418 and m.oid = object
        union all
        select
            'languages', array[l.lanname::text],
            row(l.lanowner, l.lanpltrusted, l.lanacl)::text, null, null
        from pg_catalog.pg_language as l
        where class = 2612 and l.oid = object
        union all
        select
            'published_tables', array[p.pubname::text, n.nspname::text, c.relname::text],
            pg_catalog.to_jsonb(r)::text, null, null
        from pg_catalog.pg_publication_rel as r
        join pg_catalog.pg_publication as p on p.oid = r.prpubid
        join pg_catalog.pg_class as c on c.oid = r.prrelid
        join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        where (class = 6106 and r.oid = object) or (class = 6104 and p.oid = object)
        union all
        select 'schemas', array[n.nspname::text], n.nspowner::text, null, null
        from pg_catalog.pg_namespace as n
        where class = 2615 and n.oid = object and n.nspname !~ '^pg_temp'
        union all
        select
            'extensions', array[e.extname::text], row(e.extversion, e.extnamespace)::text,
            null, null
        from pg_catalog.pg_extension as e
        where class = 3079 and e.oid = object
        union all
        select
            'publications', array[p.pubname::text], pg_catalog.clock_timestamp()::text, null, null
        from pg_catalog.pg_publication as p
        where class = 6104 and p.oid = object
    ) as o (family, key, said, its_class, its_oid)
$$;

create function schemaverify_history.changed() returns event_trigger
language plpgsql security definer set search_path = '' as $$
declare
    done record;
begin
    for done in
        select distinct
            c.classid,
            coalesce(
                case c.classid
                    when 1259 then (
                        select i.indrelid from pg_catalog.pg_index as i
                        where i.indexrelid = c.objid
                    )
                    when 3256 then (
                        select p.polrelid from pg_catalog.pg_policy as p where p.oid = c.objid
                    )
                    when 2620 then (
                        select t.tgrelid from pg_catalog.pg_trigger as t where t.oid = c.objid
                    )
                    when 2606 then (
                        select k.conrelid from pg_catalog.pg_constraint as k where k.oid = c.objid
                    )
                    when 2618 then (
                        select r.ev_class from pg_catalog.pg_rewrite as r where r.oid = c.objid
                    )
                    when 3381 then (
                        select s.stxrelid from pg_catalog.pg_statistic_ext as s
                        where s.oid = c.objid
                    )
                end,
                c.objid
            ) as object
        from pg_catalog.pg_event_trigger_ddl_commands() as c
        where not c.in_extension or c.classid = 3079
    loop
        if done.classid is null or done.object is null then
            perform schemaverify_history.grants();
        elsif done.classid in (1259, 3256, 2620, 2606, 2618, 3381) then
            perform schemaverify_history.relation(done.object);
        else
            perform schemaverify_history.other(done.classid, done.object);
        end if;
    end loop;
end
$$;

create function schemaverify_history.dropped() returns event_trigger
language plpgsql security definer set search_path = '' as $$
begin
    update schemaverify_history.change as c
    set said = null, place = schemaverify_history.place()
    from pg_catalog.pg_event_trigger_dropped_objects() as d
    where c.said is not null and case
        when d.classid = 1259 and d.objsubid > 0 then
            c.family = 'columns' and c.key = d.address_names
        else (c.class = d.classid and c.object = d.objid)
            or (d.classid = 1259 and c.relation = d.objid)
    end;
end
$$;

-- What was there before is noted without a place, so that only what changes of it gets one.
select schemaverify_history.relation(c.oid)
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.oid >= 16384 and n.nspname !~ '^pg_' and not exists (
    select from pg_catalog.pg_depend as d
    where d.classid = 1259 and d.objid = c.oid and d.deptype = 'e'
);
select schemaverify_history.other(o.class, o.oid)
from (
    select 1255::oid, oid from pg_catalog.pg_proc
    where pronamespace::regnamespace::text <> 'schemaverify_history'
    union all
    select 1247, t.oid from pg_catalog.pg_type as t
    left join pg_catalog.pg_class as c on c.oid = t.typrelid
    where t.typtype = any ('{e,d,r}') or (t.typtype = 'c' and c.relkind = 'c')
    union all
    select 2615, oid from pg_catalog.pg_namespace
    where nspname !~ '^pg_' and nspname <> 'schemaverify_history'
    union all
    select 3079, oid from pg_catalog.pg_extension
    union all
    select 6104, oid from pg_catalog.pg_publication
    union all
    select 2328, oid from pg_catalog.pg_foreign_data_wrapper
    union all
    select 1417, oid from pg_catalog.pg_foreign_server
    union all
    select 1418, oid from pg_catalog.pg_user_mapping
) as o (class, oid)
where (o.oid >= 16384 or o.class = 2615) and not exists (
    select from pg_catalog.pg_depend as d
    where d.classid = o.class and d.objid = o.oid and d.deptype = 'e'
);
select schemaverify_history.grants();

create event trigger schemaverify_changed on ddl_command_end
execute function schemaverify_history.changed();
create event trigger schemaverify_dropped on sql_drop
execute function schemaverify_history.dropped();
alter event trigger schemaverify_changed enable always;
alter event trigger schemaverify_dropped enable always;
