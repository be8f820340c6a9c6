-- Let a role run migrations in this database: what the platform lets the role `postgres` do without
-- being a superuser. Which role is in the setting schemaverify.role.
do $$
declare
    migrator constant text := pg_catalog.current_setting('schemaverify.role');
    one record;
begin
    if pg_catalog.to_regrole(pg_catalog.quote_ident(migrator)) is null then
        execute pg_catalog.format(
            'create role %I login createdb createrole replication bypassrls', migrator
        );
        execute pg_catalog.format(
            'comment on role %I is %L',
            migrator, pg_catalog.current_setting('schemaverify.role_mark')
        );
        for one in
            select r.rolname
            from pg_catalog.pg_roles r
            where r.rolname in (
                'anon', 'authenticated', 'authenticator', 'service_role',
                'pg_monitor', 'pg_read_all_data', 'pg_signal_backend'
            )
            order by r.rolname
        loop
            execute pg_catalog.format('grant %I to %I with admin option', one.rolname, migrator);
        end loop;
    end if;

    -- What a project's owner owns.
    execute pg_catalog.format(
        'alter database %I owner to %I', pg_catalog.current_database(), migrator
    );
    for one in
        select n.nspname
        from pg_catalog.pg_namespace n
        where n.nspowner = current_user::regrole and n.nspname !~ '^pg_|^information_schema$'
        order by n.nspname
    loop
        execute pg_catalog.format('alter schema %I owner to %I', one.nspname, migrator);
    end loop;
    for one in
        select p.pubname from pg_catalog.pg_publication p
        where p.pubowner = current_user::regrole order by p.pubname
    loop
        execute pg_catalog.format('alter publication %I owner to %I', one.pubname, migrator);
    end loop;

    -- What others have granted to it.
    for one in
        select pg_catalog.format('%s on schema %I', a.privilege_type, n.nspname) as what
        from pg_catalog.pg_namespace n
        cross join lateral pg_catalog.aclexplode(n.nspacl) a
        where a.grantee = current_user::regrole and n.nspname !~ '^pg_|^information_schema$'
        union all
        select pg_catalog.format(
            '%s on %s %s', a.privilege_type,
            case c.relkind when 'S' then 'sequence' else 'table' end, c.oid::regclass
        )
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        cross join lateral pg_catalog.aclexplode(c.relacl) a
        where a.grantee = current_user::regrole and n.nspname !~ '^pg_|^information_schema$'
        union all
        select pg_catalog.format('%s on routine %s', a.privilege_type, p.oid::regprocedure)
        from pg_catalog.pg_proc p
        join pg_catalog.pg_namespace n on n.oid = p.pronamespace
        cross join lateral pg_catalog.aclexplode(p.proacl) a
        where a.grantee = current_user::regrole and n.nspname !~ '^pg_|^information_schema$'
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
        where d.defaclrole = current_user::regrole
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
