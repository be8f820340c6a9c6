-- What notes which statement touched which object, while the migrations are applied. It has to be
-- quick, so it only appends rows: `settle.sql` and notes.py find out the rest, at the end. The
-- statements say where they stand by `set schemaverify.at`, and those that grant also which words
-- they have. It lies in pg_catalog, where loops over the schemas of a project do not come.
set allow_system_table_mods = on;

create sequence pg_catalog.schemaverify_number cache 1000;
create unlogged table pg_catalog.schemaverify_note (
    id bigint not null default pg_catalog.nextval('pg_catalog.schemaverify_number'),
    place text,
    tag text not null,
    class oid not null,
    object oid not null,
    part integer not null,
    type text,
    -- How the server calls the object at this time.
    identity text,
    -- What has to differ to be a change, where not each command is one.
    said text,
    -- The columns of a table, in the order of their numbers.
    columns text[],
    acl text,
    transaction text not null default pg_catalog.pg_current_xact_id()::text
);

-- The privileges as they were noted last: `on all tables` writes all rows, and changes few.
create unlogged table pg_catalog.schemaverify_acl (
    class oid,
    object oid,
    part integer,
    acl aclitem[] not null,
    primary key (class, object, part)
);

-- A command that grants does not say on what, and all rows of the catalog are many. So it looks
-- at what is called like a word of the statement; for what a block or a function grants, at all
-- that this transaction has written, for which age() is not above 0.
-- The server plans with the size that the catalog had in an empty database, for which no index pays.
create function pg_catalog.schemaverify_grants(at text, tag text, its_type text)
returns void language plpgsql set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
    words constant name[] := pg_catalog.string_to_array(
        nullif(pg_catalog.split_part(at, ':', 4), ''), ','
    )::name[];
    named constant boolean := words is not null;
begin
    if its_type = any ('{TABLE,SEQUENCE}') and named then
        insert into pg_catalog.schemaverify_note (place, tag, class, object, part, said)
        select at, tag, 1259, c.oid, 0, c.relacl::text
        from pg_catalog.pg_class as c
        where c.relname = any (words) and c.relkind = any ('{r,p,f,v,m,S}');
        if pg_catalog.split_part(at, ':', 3) = 'columns' then
            insert into pg_catalog.schemaverify_note (place, tag, class, object, part, said)
            select at, tag, 1259, c.oid, t.attnum, t.attacl::text
            from pg_catalog.pg_class as c
            join pg_catalog.pg_attribute as t on t.attrelid = c.oid
            where c.relname = any (words) and c.relkind = any ('{r,p,f,v,m}')
                and t.attacl is not null;
        end if;
    elsif its_type = any ('{FUNCTION,PROCEDURE,ROUTINE}') and named then
        insert into pg_catalog.schemaverify_note (place, tag, class, object, part, said)
        select at, tag, 1255, p.oid, 0, p.proacl::text
        from pg_catalog.pg_proc as p
        where p.proname = any (words);
    else
        with now (class, object, part, acl) as (
            select 1259::oid, c.oid, 0, c.relacl
            from pg_catalog.pg_class as c
            where its_type = any ('{TABLE,SEQUENCE}') and c.oid >= 16384
                and c.relkind = any ('{r,p,f,v,m,S}') and pg_catalog.age(c.xmin) <= 0
            union all
            select 1259, t.attrelid, t.attnum, t.attacl
            from pg_catalog.pg_attribute as t
            where its_type = 'TABLE' and coalesce(at, '') not like '%:all' and t.attrelid >= 16384
                and t.attacl is not null and pg_catalog.age(t.xmin) <= 0
            union all
            select 1255, p.oid, 0, p.proacl
            from pg_catalog.pg_proc as p
            where its_type = any ('{FUNCTION,PROCEDURE,ROUTINE}') and p.oid >= 16384
                and pg_catalog.age(p.xmin) <= 0
            union all
            select 2615, n.oid, 0, n.nspacl
            from pg_catalog.pg_namespace as n
            where its_type = 'SCHEMA' and pg_catalog.age(n.xmin) <= 0
            union all
            select 1247, t.oid, 0, t.typacl
            from pg_catalog.pg_type as t
            where its_type = any ('{TYPE,DOMAIN}') and pg_catalog.age(t.xmin) <= 0
            union all
            select 826, d.oid, 0, d.defaclacl
            from pg_catalog.pg_default_acl as d
            where tag = 'ALTER DEFAULT PRIVILEGES' and pg_catalog.age(d.xmin) <= 0
        ), changed as (
            insert into pg_catalog.schemaverify_acl as a (class, object, part, acl)
            select now.class, now.object, now.part, now.acl
            from now
            left join pg_catalog.schemaverify_acl as b
                on b.class = now.class and b.object = now.object and b.part = now.part
            where now.acl is not null and now.acl is distinct from b.acl
            on conflict on constraint schemaverify_acl_pkey do update set acl = excluded.acl
            returning a.*
        )
        insert into pg_catalog.schemaverify_note (place, tag, class, object, part, said)
        select at, tag, c.class, c.object, c.part, c.acl::text from changed as c;
    end if;
end
$$;

-- No block here catches errors: each would be a subtransaction, and the end of each takes longer the
-- more tables the transaction around it has made.
create function pg_catalog.schemaverify_changed() returns event_trigger
language plpgsql security definer set search_path = '' as $$
declare
    at constant text := pg_catalog.current_setting('schemaverify.at', true);
    done record;
begin
    if pg_catalog.current_setting('transaction_read_only') = 'on' then
        return;  -- of temporary objects, and nothing could be noted
    end if;
    for done in
        select
            c.classid, c.objid, c.objsubid, c.command_tag, c.object_type, c.object_identity
        from pg_catalog.pg_event_trigger_ddl_commands() as c
        where not c.in_extension or c.classid = 3079
    loop
        if done.classid is null or done.objid is null then
            perform pg_catalog.schemaverify_grants(at, done.command_tag, done.object_type);
        elsif done.classid = 1255 then
            insert into pg_catalog.schemaverify_note (
                place, tag, class, object, part, type, identity, said, acl
            )
            select
                at, done.command_tag, 1255, done.objid, 0, done.object_type, done.object_identity,
                case when done.command_tag <> 'COMMENT' then pg_catalog.md5(row(
                    p.proname, p.pronamespace, p.prokind, p.prorettype, p.prolang, p.prosecdef, p.provolatile, p.proisstrict,
                    p.proleakproof, p.proparallel, p.proconfig, p.proowner, p.proargnames,
                    p.proargdefaults, p.prosrc, p.probin
                )::text) end,
                p.proacl::text
            from pg_catalog.pg_proc as p
            where p.oid = done.objid;
        elsif done.classid = 1259 and done.command_tag not like '%INDEX' then
            insert into pg_catalog.schemaverify_note (
                place, tag, class, object, part, type, identity, said, columns, acl
            )
            select
                at, done.command_tag, 1259, done.objid, done.objsubid, done.object_type,
                done.object_identity,
                case when done.command_tag like '% TABLE%' then row(
                    r.relkind, r.relpersistence, r.relowner, r.relrowsecurity,
                    r.relforcerowsecurity, r.reloptions, r.relreplident, r.reltablespace,
                    r.relispartition, r.relnamespace, r.relname,
                    (select f.ftoptions from pg_catalog.pg_foreign_table as f where f.ftrelid = r.oid)
                )::text end,
                case when r.relkind <> 'S' and done.command_tag <> 'COMMENT' then array(
                    select case when not a.attisdropped then a.attname::text end
                    from pg_catalog.pg_attribute as a
                    where a.attrelid = done.objid and a.attnum > 0 order by a.attnum
                ) end,
                r.relacl::text
            from pg_catalog.pg_class as r
            where r.oid = done.objid;
        else
            insert into pg_catalog.schemaverify_note (
                place, tag, class, object, part, type, identity
            )
            values (
                at, done.command_tag, done.classid, done.objid, done.objsubid, done.object_type,
                done.object_identity
            );
        end if;
    end loop;
end
$$;

create function pg_catalog.schemaverify_dropped() returns event_trigger
language plpgsql security definer set search_path = '' as $$
begin
    if pg_catalog.current_setting('transaction_read_only') = 'on' then
        return;
    end if;
    insert into pg_catalog.schemaverify_note (
        place, tag, class, object, part, type, identity
    )
    select
        pg_catalog.current_setting('schemaverify.at', true), 'DROP', d.classid, d.objid, d.objsubid,
        d.object_type, d.object_identity
    from pg_catalog.pg_event_trigger_dropped_objects() as d
    where not d.is_temporary;
end
$$;

-- What was there before, without a place.
insert into pg_catalog.schemaverify_note (tag, class, object, part, type, identity, said, columns)
select
    '', 1259, r.oid, 0, i.type, i.identity,
    row(
        r.relkind, r.relpersistence, r.relowner, r.relrowsecurity, r.relforcerowsecurity,
        r.reloptions, r.relreplident, r.reltablespace, r.relispartition, r.relnamespace, r.relname,
        (select f.ftoptions from pg_catalog.pg_foreign_table as f where f.ftrelid = r.oid)
    )::text,
    array(
        select case when not a.attisdropped then a.attname::text end
        from pg_catalog.pg_attribute as a
        where a.attrelid = r.oid and a.attnum > 0 order by a.attnum
    )
from pg_catalog.pg_class as r
cross join lateral pg_catalog.pg_identify_object(1259, r.oid, 0) as i
where r.oid >= 16384 and r.relkind = any ('{r,p,f,v,m}')
    and r.relnamespace <> 'pg_catalog'::pg_catalog.regnamespace;
insert into pg_catalog.schemaverify_acl
select a.class, a.object, a.part, a.acl
from (
    select 1259::oid, oid, 0, relacl from pg_catalog.pg_class where oid >= 16384
    union all
    select 1259, attrelid, attnum, attacl from pg_catalog.pg_attribute where attrelid >= 16384
    union all
    select 1255, oid, 0, proacl from pg_catalog.pg_proc where oid >= 16384
    union all
    select 2615, oid, 0, nspacl from pg_catalog.pg_namespace
    union all
    select 1247, oid, 0, typacl from pg_catalog.pg_type where oid >= 16384
    union all
    select 826, oid, 0, defaclacl from pg_catalog.pg_default_acl
) as a (class, object, part, acl)
where a.acl is not null;
insert into pg_catalog.schemaverify_note (tag, class, object, part, said)
select 'GRANT', a.class, a.object, a.part, a.acl::text from pg_catalog.schemaverify_acl as a;

create event trigger schemaverify_changed on ddl_command_end
execute function pg_catalog.schemaverify_changed();
create event trigger schemaverify_dropped on sql_drop
execute function pg_catalog.schemaverify_dropped();
alter event trigger schemaverify_changed enable always;
alter event trigger schemaverify_dropped enable always;
reset allow_system_table_mods;
