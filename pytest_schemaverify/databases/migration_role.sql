-- Let a role run migrations in this database: what the platform lets the role `postgres` do without
-- being a superuser. Which role is in the setting schemaverify.role. It may be `postgres` itself,
-- where the superuser has another name.
do $$
declare
    migrator constant text := pg_catalog.current_setting('schemaverify.role');
    mark constant text := pg_catalog.current_setting('schemaverify.role_mark');
    like_whom constant regrole := case
        when migrator = 'postgres' then null -- the platform's scripts name it themselves
        else coalesce(pg_catalog.to_regrole('postgres'), current_user::regrole)
    end;
    one record;
begin
    if pg_catalog.to_regrole(pg_catalog.quote_ident(migrator)) is null then
        execute pg_catalog.format(
            'create role %I login createdb createrole replication bypassrls', migrator
        );
        execute pg_catalog.format('comment on role %I is %L', migrator, mark);
    end if;

    -- One that was there before is somebody's, and stays as it is.
    for one in
        select r.rolname, r.rolname !~ '^supabase_' as may_grant
        from pg_catalog.pg_roles r
        where r.rolname in (
                'anon', 'authenticated', 'authenticator', 'service_role',
                'pg_monitor', 'pg_read_all_data', 'pg_signal_backend',
                -- These let it create policies for their tables, which on Supabase an extension of
                -- the server does.
                'supabase_realtime_admin', 'supabase_storage_admin'
            )
            and exists (
                select
                from pg_catalog.pg_roles ours
                where ours.rolname = migrator
                    and pg_catalog.shobj_description(ours.oid, 'pg_authid') = mark
                    and not exists (
                        select
                        from pg_catalog.pg_auth_members m
                        where m.roleid = r.oid and m.member = ours.oid
                    )
            )
        order by r.rolname
    loop
        execute pg_catalog.format(
            'grant %I to %I%s', one.rolname, migrator,
            case when one.may_grant then ' with admin option' else '' end
        );
    end loop;

    -- What a project's owner owns.
    execute pg_catalog.format(
        'alter database %I owner to %I', pg_catalog.current_database(), migrator
    );
    for one in
        select n.nspname
        from pg_catalog.pg_namespace n
        where n.nspowner in (current_user::regrole, like_whom)
            and n.nspname !~ '^pg_|^information_schema$'
            -- What belongs to Supabase, not to the project, whatever our superuser is called.
            and not (
                n.nspowner = pg_catalog.to_regrole('supabase_admin')
                and n.nspname in (
                    'graphql', 'graphql_public', 'pgsodium', 'pgsodium_masks', 'realtime',
                    'supabase_functions', 'vault'
                )
            )
        order by n.nspname
    loop
        execute pg_catalog.format('alter schema %I owner to %I', one.nspname, migrator);
    end loop;
    for one in
        select p.pubname
        from pg_catalog.pg_publication p
        where p.pubowner in (current_user::regrole, like_whom)
        order by p.pubname
    loop
        execute pg_catalog.format('alter publication %I owner to %I', one.pubname, migrator);
    end loop;

    -- What Supabase's server lets `postgres` do with the extensions that are there from the start:
    -- drop them, comment on them. No command gives an extension to another owner.
    if pg_catalog.to_regnamespace('auth') is not null then
        update pg_catalog.pg_extension
        set extowner = pg_catalog.to_regrole(pg_catalog.quote_ident(migrator))
        where extname = any (
            pg_catalog.string_to_array(pg_catalog.current_setting('schemaverify.trusted'), ',')
        );
    end if;

    -- Supabase's server lets it set this, which dumps of data do. On a server of somebody's the grant
    -- would keep the role from being dropped. PostgreSQL has such grants since 15.
    if pg_catalog.to_regnamespace('auth') is not null
        and pg_catalog.current_setting('schemaverify.ours') = 'True'
        and pg_catalog.current_setting('server_version_num')::int >= 150000
    then
        if not pg_catalog.has_parameter_privilege(migrator, 'session_replication_role', 'set') then
            execute pg_catalog.format(
                'grant set on parameter session_replication_role to %I', migrator
            );
        end if;
    end if;

    -- What others have granted to it.
    for one in
        select pg_catalog.format('%s on schema %I', a.privilege_type, n.nspname) as what
        from pg_catalog.pg_namespace n
        cross join lateral pg_catalog.aclexplode(n.nspacl) a
        where a.grantee = like_whom and n.nspname !~ '^pg_|^information_schema$'
        union all
        select pg_catalog.format(
            '%s on %s %s', a.privilege_type,
            case c.relkind when 'S' then 'sequence' else 'table' end, c.oid::regclass
        )
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        cross join lateral pg_catalog.aclexplode(c.relacl) a
        where a.grantee = like_whom and n.nspname !~ '^pg_|^information_schema$'
        union all
        select pg_catalog.format('%s on routine %s', a.privilege_type, p.oid::regprocedure)
        from pg_catalog.pg_proc p
        join pg_catalog.pg_namespace n on n.oid = p.pronamespace
        cross join lateral pg_catalog.aclexplode(p.proacl) a
        where a.grantee = like_whom and n.nspname !~ '^pg_|^information_schema$'
        order by 1
    loop
        execute pg_catalog.format('grant %s to %I', one.what, migrator);
    end loop;

    -- What happens to what it creates.
    for one in
        select n.nspname, a.privilege_type,
            case d.defaclobjtype
                when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'
                when 'T' then 'types' else 'schemas'
            end as kind,
            case a.grantee when 0 then 'public'
                else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee))
            end as grantee
        from pg_catalog.pg_default_acl d
        left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace
        cross join lateral pg_catalog.aclexplode(d.defaclacl) a
        where d.defaclrole = like_whom
        order by 1, 3, 4, 2
    loop
        execute pg_catalog.format(
            'alter default privileges for role %I %s grant %s on %s to %s',
            migrator, coalesce(pg_catalog.format('in schema %I', one.nspname), ''),
            one.privilege_type, one.kind, one.grantee
        );
    end loop;
end
$$;
