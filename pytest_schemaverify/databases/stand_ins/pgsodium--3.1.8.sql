-- Stand-in for pgsodium. Keys can be created and listed; every cipher raises 0A000.
\echo Use "create extension" to load this file. \quit

do $$
declare
    wanted text;
begin
    foreach wanted in array array['pgsodium_keyiduser', 'pgsodium_keyholder', 'pgsodium_keymaker']
    loop
        if not exists (select from pg_catalog.pg_roles where rolname = wanted) then
            execute format('create role %I', wanted);
        end if;
    end loop;
end
$$;

create type pgsodium.key_status as enum ('default', 'valid', 'invalid', 'expired');
create type pgsodium.key_type as enum (
    'aead-ietf', 'aead-det', 'hmacsha512', 'hmacsha256', 'auth', 'shorthash', 'generichash',
    'kdf', 'secretbox', 'secretstream', 'stream_xchacha20'
);

create table pgsodium.key (
    id uuid primary key default gen_random_uuid(),
    status pgsodium.key_status default 'valid',
    created timestamptz not null default current_timestamp,
    expires timestamptz,
    key_type pgsodium.key_type,
    key_id bigserial,
    key_context bytea default '\x7067736f6469756d' check (length(key_context) = 8),
    name text unique,
    associated_data text default 'associated',
    raw_key bytea,
    raw_key_nonce bytea,
    parent_key uuid references pgsodium.key (id),
    comment text,
    user_data text
);

create view pgsodium.valid_key as
select
    id, name, status, key_type, key_id, key_context, created, expires, associated_data
from pgsodium.key
where status in ('valid', 'default') and (expires is null or expires > pg_catalog.now());

create function pgsodium.create_key(
    key_type pgsodium.key_type default 'aead-det',
    name text default null,
    raw_key bytea default null,
    raw_key_nonce bytea default null,
    parent_key uuid default null,
    key_context bytea default '\x7067736f6469756d',
    expires timestamptz default null,
    associated_data text default ''
)
returns pgsodium.valid_key
language plpgsql
security definer
set search_path = ''
as $$
declare
    made uuid;
    result pgsodium.valid_key;
begin
    if raw_key is not null then
        raise exception 'the stand-in for pgsodium cannot keep raw keys'
            using errcode = '0A000', hint = 'Use a server that has the real pgsodium.';
    end if;
    insert into pgsodium.key as k (key_type, name, key_context, expires, associated_data)
    values ($1, $2, $6, $7, $8)
    returning k.id into made;
    select v.* into result from pgsodium.valid_key v where v.id = made;
    return result;
end
$$;

create function pgsodium._lacks(what text) returns text
language plpgsql
set search_path = pg_catalog
as $$
begin
    raise exception 'the stand-in for pgsodium cannot do %', what
        using errcode = '0A000', hint = 'Use a server that has the real pgsodium.';
end
$$;

create function pgsodium.crypto_aead_det_keygen() returns bytea
language sql return pgsodium._lacks('crypto_aead_det_keygen')::bytea;

create function pgsodium.crypto_aead_det_noncegen() returns bytea
language sql return pgsodium._lacks('crypto_aead_det_noncegen')::bytea;

create function pgsodium.crypto_aead_det_encrypt(
    message bytea, additional bytea, key_uuid uuid, nonce bytea default null
)
returns bytea
language sql return pgsodium._lacks('crypto_aead_det_encrypt')::bytea;

create function pgsodium.crypto_aead_det_decrypt(
    message bytea, additional bytea, key_uuid uuid, nonce bytea default null
)
returns bytea
language sql return pgsodium._lacks('crypto_aead_det_decrypt')::bytea;

create function pgsodium.randombytes_buf(size integer) returns bytea
language sql return pgsodium._lacks('randombytes_buf')::bytea;
