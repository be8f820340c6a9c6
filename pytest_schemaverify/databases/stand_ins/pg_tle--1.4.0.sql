-- Stand-in for pg_tle. It has no extension and installs none: installing one raises 0A000.
\echo Use "create extension" to load this file. \quit

create function pgtle._lacks(what text) returns text
language plpgsql
set search_path = pg_catalog
as $$
begin
    raise exception 'the stand-in for pg_tle cannot do %', what
        using errcode = '0A000', hint = 'Use a server that has the real pg_tle.';
end
$$;

create function pgtle.install_extension(
    name text, version text, description text, ext text, requires text[] default null
)
returns boolean
language sql return pgtle._lacks('install_extension') is not null;

create function pgtle.install_update_path(name text, fromvers text, tovers text, ext text)
returns boolean
language sql return pgtle._lacks('install_update_path') is not null;

create function pgtle.set_default_version(name text, version text) returns boolean
language sql return pgtle._lacks('set_default_version') is not null;

create function pgtle.uninstall_extension(extname text) returns boolean
language sql return pgtle._lacks('uninstall_extension') is not null;

-- As there: false for one that does not exist, and none does.
create function pgtle.uninstall_extension_if_exists(extname text) returns boolean
language sql return false;

create function pgtle.available_extensions(
    out name text, out default_version text, out comment text
)
returns setof record
language sql
begin atomic
    select null::text, null::text, null::text where false;
end;
