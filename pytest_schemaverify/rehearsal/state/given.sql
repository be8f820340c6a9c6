-- Privileges on what extensions and PostgreSQL itself bring, and on the types of rows of tables, as far as they are not those of the beginning
-- (https://www.postgresql.org/docs/current/catalog-pg-init-privs.html). What the owner has counts for
-- nothing, as it follows from being the owner. search_path is empty, so names are whole.
with row_type (oid) as (
    select c.reltype from pg_catalog.pg_class as c where c.relkind <> 'c' and c.reltype <> 0
), object (class, oid, part, acl, first, kind, owner) as (
    select
        'pg_catalog.pg_class'::regclass::oid, oid, 0, relacl,
        -- initdb writes down no first privileges for the information schema, where everybody may read.
        case
            when
                relnamespace = 'information_schema'::regnamespace and relname !~ '^_'
                and relname not in ('sql_parts', 'transforms')
                then pg_catalog.acldefault('r', relowner) || pg_catalog.makeaclitem(0, relowner, 'SELECT', false)
        end,
        case relkind when 'S' then 's' else 'r' end, relowner
    from pg_catalog.pg_class
    union all
    select 'pg_catalog.pg_class'::regclass, a.attrelid, a.attnum, a.attacl, null, 'c', c.relowner
    from pg_catalog.pg_attribute as a join pg_catalog.pg_class as c on c.oid = a.attrelid
    where
        a.attacl is not null
        or (a.attrelid, a.attnum) in (select objoid, objsubid from pg_catalog.pg_init_privs where objsubid <> 0)
    union all
    select 'pg_catalog.pg_proc'::regclass, oid, 0, proacl, null, 'f', proowner from pg_catalog.pg_proc
    union all
    select 'pg_catalog.pg_type'::regclass, oid, 0, typacl, null, 'T', typowner from pg_catalog.pg_type
    union all
    select
        'pg_catalog.pg_namespace'::regclass, oid, 0, nspacl,
        case
            when nspname = 'information_schema'
                then pg_catalog.acldefault('n', nspowner) || pg_catalog.makeaclitem(0, nspowner, 'USAGE', false)
        end,
        'n', nspowner
    from pg_catalog.pg_namespace
    where nspname <> 'public'
    union all
    select 'pg_catalog.pg_language'::regclass, oid, 0, lanacl, null, 'l', lanowner from pg_catalog.pg_language
    union all
    select 'pg_catalog.pg_foreign_data_wrapper'::regclass, oid, 0, fdwacl, null, 'F', fdwowner
    from pg_catalog.pg_foreign_data_wrapper
    union all
    select 'pg_catalog.pg_foreign_server'::regclass, oid, 0, srvacl, null, 'S', srvowner from pg_catalog.pg_foreign_server
), changed as (
    select
        o.class, o.oid, o.part, o.owner,
        coalesce(o.acl, case when o.part = 0 then pg_catalog.acldefault(o.kind::"char", o.owner) end) as now,
        coalesce(i.initprivs, o.first, case when o.part = 0 then pg_catalog.acldefault(o.kind::"char", o.owner) end)
        as first
    from object as o
    left join pg_catalog.pg_init_privs as i on i.classoid = o.class and i.objoid = o.oid and i.objsubid = o.part
    where
        o.acl is distinct from coalesce(i.initprivs, o.first)
        and (o.oid < 16384 or o.oid in (select oid from row_type) or exists (
            select from pg_catalog.pg_depend as d
            where d.classid = o.class and d.objid = o.oid and d.deptype = 'e'
        ))
), privilege as (
    select c.class, c.oid, c.part, x.grantee, x.word
    from changed as c
    cross join lateral (
        (
            select grantee, 'with ' || said as word from (
                select n.grantee, pg_catalog.lower(n.privilege_type) || case when n.is_grantable then ' grantable' else '' end
                from pg_catalog.aclexplode(c.now) as n
                except
                select f.grantee, pg_catalog.lower(f.privilege_type) || case when f.is_grantable then ' grantable' else '' end
                from pg_catalog.aclexplode(c.first) as f
            ) as added (grantee, said)
        )
        union all
        (
            select grantee, 'without ' || said from (
                select f.grantee, pg_catalog.lower(f.privilege_type) || case when f.is_grantable then ' grantable' else '' end
                from pg_catalog.aclexplode(c.first) as f
                except
                select n.grantee, pg_catalog.lower(n.privilege_type) || case when n.is_grantable then ' grantable' else '' end
                from pg_catalog.aclexplode(c.now) as n
            ) as taken (grantee, said)
        )
    ) as x
    where x.grantee <> c.owner
)
select
    coalesce(r.rolname::text, case p.grantee when 0 then 'public' else p.grantee::text end) as role,
    coalesce(i.schema, case when i.type = 'schema' then i.name end, '') as schema,
    pg_catalog.pg_describe_object(p.class, p.oid, p.part) as name,
    pg_catalog.string_agg(p.word, ', ' order by p.word) as how
from privilege as p
left join pg_catalog.pg_roles as r on r.oid = p.grantee
cross join lateral pg_catalog.pg_identify_object(p.class, p.oid, p.part) as i
group by 1, 2, 3
order by 1, 2, 3
