-- Stand-in for supabase_vault. Secrets are kept and read as there, but only encoded, not encrypted:
-- put no real ones into a database that has it.
\echo Use "create extension" to load this file. \quit

create table vault.secrets (
    id uuid primary key default gen_random_uuid(),
    name text,
    description text not null default '',
    secret text not null,
    key_id uuid,
    nonce bytea default substring(uuid_send(gen_random_uuid()) from 1 for 16),
    created_at timestamptz not null default current_timestamp,
    updated_at timestamptz not null default current_timestamp
);
create unique index on vault.secrets (name) where name is not null;
comment on table vault.secrets is 'Secrets, which this stand-in does not encrypt';

create view vault.decrypted_secrets as
select
    s.id,
    s.name,
    s.description,
    s.secret,
    pg_catalog.convert_from(pg_catalog.decode(s.secret, 'base64'), 'UTF8') as decrypted_secret,
    s.key_id,
    s.nonce,
    s.created_at,
    s.updated_at
from vault.secrets s;

create function vault.create_secret(
    new_secret text,
    new_name text default null,
    new_description text default '',
    new_key_id uuid default null
)
returns uuid
language sql
security definer
set search_path = ''
as $$
    insert into vault.secrets (secret, name, description)
    values (pg_catalog.encode(pg_catalog.convert_to($1, 'UTF8'), 'base64'), $2, $3)
    returning id
$$;

create function vault.update_secret(
    secret_id uuid,
    new_secret text default null,
    new_name text default null,
    new_description text default null,
    new_key_id uuid default null
)
returns void
language sql
security definer
set search_path = ''
as $$
    update vault.secrets s
    set secret = coalesce(
            pg_catalog.encode(pg_catalog.convert_to($2, 'UTF8'), 'base64'), s.secret
        ),
        name = coalesce($3, s.name),
        description = coalesce($4, s.description),
        updated_at = pg_catalog.now()
    where s.id = $1
$$;

revoke all on function vault.create_secret, vault.update_secret from public;

select pg_catalog.pg_extension_config_dump('vault.secrets', '');
