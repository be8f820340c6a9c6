-- The roles of a Supabase project. Roles belong to the cluster, so each is created only once.
do $$
declare
    wanted record;
begin
    for wanted in
        select *
        from (values
            ('anon', 'nologin inherit'),
            ('authenticated', 'nologin inherit'),
            ('service_role', 'nologin inherit bypassrls'),
            ('authenticator', 'login noinherit'),
            ('dashboard_user', 'nologin createdb createrole replication'),
            ('pgbouncer', 'login'),
            ('supabase_admin', 'login superuser createdb createrole replication bypassrls'),
            ('supabase_auth_admin', 'login noinherit createrole'),
            ('supabase_functions_admin', 'login noinherit createrole'),
            ('supabase_read_only_user', 'login bypassrls'),
            ('supabase_realtime_admin', 'nologin noinherit'),
            ('supabase_replication_admin', 'login replication'),
            ('supabase_storage_admin', 'login noinherit createrole')
        ) as w (name, attributes)
        where not exists (select from pg_catalog.pg_roles r where r.rolname = w.name)
    loop
        execute pg_catalog.format('create role %I %s', wanted.name, wanted.attributes);
    end loop;
    if pg_catalog.to_regrole('pg_read_all_data') is not null then -- since PostgreSQL 14
        grant pg_read_all_data to supabase_read_only_user;
    end if;
end
$$;

grant anon, authenticated, service_role to authenticator;
grant authenticator to supabase_storage_admin;
grant supabase_realtime_admin to supabase_admin;

alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role supabase_admin set search_path = "$user", public, auth, extensions;
alter role supabase_auth_admin set search_path = auth;
alter role supabase_auth_admin set idle_in_transaction_session_timeout = '60s';
alter role supabase_storage_admin set search_path = storage;
