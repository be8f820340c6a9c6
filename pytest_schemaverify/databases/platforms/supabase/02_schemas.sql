-- The schemas of a Supabase project, who may use them, and what happens to new objects in them.
create schema auth authorization supabase_auth_admin;
create schema storage authorization supabase_storage_admin;
create schema realtime authorization supabase_admin;
create schema extensions authorization postgres;
create schema graphql authorization supabase_admin;
create schema graphql_public authorization supabase_admin;
create schema vault authorization supabase_admin;
create schema supabase_functions authorization supabase_admin;
create schema supabase_migrations authorization postgres;
create schema pgbouncer authorization pgbouncer;
-- Older projects have these two, and so have the schemas that were pulled from them.
create schema pgsodium authorization supabase_admin;
create schema pgsodium_masks authorization supabase_admin;
create schema _realtime authorization postgres;

grant usage on schema
    public, extensions, storage, graphql, graphql_public, supabase_functions
    to postgres, anon, authenticated, service_role;
grant usage on schema auth, realtime to postgres, anon, authenticated, service_role;
grant all on schema auth to supabase_auth_admin, dashboard_user;
grant all on schema storage to supabase_storage_admin, dashboard_user;
grant all on schema extensions to dashboard_user;
grant all on schema realtime to supabase_realtime_admin;
grant all on schema supabase_functions to supabase_functions_admin;

-- What the owner of the migrations creates can be reached through the API; policies restrict it.
do $$
declare
    target record;
begin
    for target in
        select s.name as schema, o.name as kind, r.name as creator
        from (values ('public'), ('storage'), ('graphql'), ('graphql_public'), ('supabase_functions'))
            as s (name)
        cross join (values ('tables'), ('functions'), ('sequences')) as o (name)
        cross join (values ('postgres'), ('supabase_admin')) as r (name)
        order by 1, 2, 3
    loop
        execute pg_catalog.format(
            'alter default privileges for role %I in schema %I'
            ' grant all on %s to postgres, anon, authenticated, service_role',
            target.creator, target.schema, target.kind
        );
    end loop;
end
$$;

alter default privileges for role supabase_auth_admin in schema auth
    grant all on tables to postgres, dashboard_user;
alter default privileges for role supabase_auth_admin in schema auth
    grant all on sequences to postgres, dashboard_user;
alter default privileges for role supabase_auth_admin in schema auth
    grant all on functions to postgres, dashboard_user;

-- A fresh project's database settings; they hold from the next connection on.
do $$
begin
    execute pg_catalog.format(
        'alter database %I set search_path = "$user", public, extensions',
        pg_catalog.current_database()
    );
end
$$;

create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;
