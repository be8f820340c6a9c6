-- The roles of a Supabase project. Roles belong to the cluster, so each is created only once, and
-- one that was there is left as it is: on an existing server it is somebody else's.
do $$
declare
    wanted record;
    setting text;
begin
    for wanted in
        select *
        from (values
            ('postgres', 'login createdb createrole replication bypassrls', array[]::text[]),
            ('anon', 'nologin inherit', array['statement_timeout = ''3s''']),
            ('authenticated', 'nologin inherit', array['statement_timeout = ''8s''']),
            ('service_role', 'nologin inherit bypassrls', array[]::text[]),
            (
                'authenticator',
                'login noinherit in role anon, authenticated, service_role',
                array['statement_timeout = ''8s''', 'lock_timeout = ''8s''']
            ),
            ('dashboard_user', 'nologin createdb createrole replication', array[]::text[]),
            ('pgbouncer', 'login', array[]::text[]),
            ('supabase_realtime_admin', 'nologin noinherit', array[]::text[]),
            (
                'supabase_admin',
                'login superuser createdb createrole replication bypassrls'
                ' in role supabase_realtime_admin',
                array['search_path = "$user", public, auth, extensions']
            ),
            (
                'supabase_auth_admin',
                'login noinherit createrole',
                array['search_path = auth', 'idle_in_transaction_session_timeout = ''60s''']
            ),
            ('supabase_etl_admin', 'login replication', array[]::text[]),
            (
                'supabase_functions_admin',
                'login noinherit createrole',
                array['search_path = supabase_functions']
            ),
            ('supabase_read_only_user', 'login bypassrls', array[]::text[]),
            ('supabase_replication_admin', 'login replication', array[]::text[]),
            (
                'supabase_storage_admin',
                'login noinherit createrole in role authenticator',
                array['search_path = storage']
            )
        ) as w (name, attributes, settings)
        where not exists (select from pg_catalog.pg_roles r where r.rolname = w.name)
    loop
        execute pg_catalog.format('create role %I %s', wanted.name, wanted.attributes);
        execute pg_catalog.format(
            'comment on role %I is %L', wanted.name, 'created by pytest-schemaverify'
        );
        foreach setting in array wanted.settings loop
            execute pg_catalog.format('alter role %I set %s', wanted.name, setting);
        end loop;
        -- This role of the server's own exists since PostgreSQL 14.
        if wanted.name = 'supabase_read_only_user'
            and pg_catalog.to_regrole('pg_read_all_data') is not null
        then
            grant pg_read_all_data to supabase_read_only_user;
        end if;
    end loop;
end
$$;
