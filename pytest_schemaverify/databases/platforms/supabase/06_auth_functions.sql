-- Who is asking, and who owns what the schema auth has.

-- PostgREST sets all claims as one JSON object; before version 9 it set each one for itself.
create function auth.uid() returns uuid language sql stable as $$
    select coalesce(
        nullif(current_setting('request.jwt.claim.sub', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
    )::uuid
$$;

create function auth.role() returns text language sql stable as $$
    select coalesce(
        nullif(current_setting('request.jwt.claim.role', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
    )
$$;

create function auth.email() returns text language sql stable as $$
    select coalesce(
        nullif(current_setting('request.jwt.claim.email', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email'
    )
$$;

create function auth.jwt() returns jsonb language sql stable as $$
    select coalesce(
        nullif(current_setting('request.jwt.claim', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')
    )::jsonb
$$;

-- Owned by the auth service, secured against everybody else, readable for the project's owner.
do $$
declare
    target record;
begin
    for target in
        select c.relname as name
        from pg_catalog.pg_class c
        where c.relnamespace = 'auth'::regnamespace and c.relkind = 'r'
        order by c.relname
    loop
        execute pg_catalog.format('alter table auth.%I owner to supabase_auth_admin', target.name);
        execute pg_catalog.format('alter table auth.%I enable row level security', target.name);
    end loop;
    for target in
        select p.oid::regprocedure::text as signature
        from pg_catalog.pg_proc p
        where p.pronamespace = 'auth'::regnamespace
        order by 1
    loop
        execute pg_catalog.format('alter function %s owner to supabase_auth_admin', target.signature);
    end loop;
end
$$;
grant all on all tables in schema auth to postgres, dashboard_user;
grant all on all sequences in schema auth to postgres, dashboard_user;
grant all on all functions in schema auth to postgres, dashboard_user;
