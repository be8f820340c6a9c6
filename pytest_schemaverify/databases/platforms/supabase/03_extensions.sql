-- Extensions that are there from the start, as far as the server or a stand-in provides them.
do $$
declare
    wanted record;
begin
    for wanted in
        select w.name, w.schema
        from (values
            ('uuid-ossp', 'extensions'),
            ('pgcrypto', 'extensions'),
            ('pg_stat_statements', 'extensions'),
            ('supabase_vault', 'vault')
        ) as w (name, schema)
        where exists (select from pg_catalog.pg_available_extensions a where a.name = w.name)
        order by 1
    loop
        execute pg_catalog.format('create extension %I schema %I', wanted.name, wanted.schema);
    end loop;
end
$$;

do $$
begin
    if exists (select from pg_catalog.pg_extension where extname = 'supabase_vault') then
        grant usage on schema vault to postgres, service_role;
        grant select, delete on vault.secrets, vault.decrypted_secrets to postgres, service_role;
        grant execute on function vault.create_secret, vault.update_secret to postgres, service_role;
    end if;
end
$$;

-- What a project answers as long as nobody creates the extension pg_graphql.
create function graphql_public.graphql(
    "operationName" text default null,
    query text default null,
    variables jsonb default null,
    extensions jsonb default null
)
returns jsonb
language sql
set search_path = ''
as $$
    select pg_catalog.jsonb_build_object(
        'errors', pg_catalog.jsonb_build_array(
            pg_catalog.jsonb_build_object('message', 'pg_graphql extension is not enabled.')
        )
    );
$$;
