-- Stand-in for pg_jsonschema. It cannot validate: every function raises 0A000, also in constraints.
\echo Use "create extension" to load this file. \quit

create function pg_jsonschema_lacks(what text) returns text
language plpgsql
set search_path = pg_catalog
as $$
begin
    raise exception 'the stand-in for pg_jsonschema cannot do %', what
        using errcode = '0A000', hint = 'Use a server that has the real pg_jsonschema.';
end
$$;

create function json_matches_schema(schema json, instance json) returns boolean
language sql immutable strict parallel safe
return pg_jsonschema_lacks('validation') is not null;

create function jsonb_matches_schema(schema json, instance jsonb) returns boolean
language sql immutable strict parallel safe
return pg_jsonschema_lacks('validation') is not null;

create function jsonschema_is_valid(schema json) returns boolean
language sql immutable strict parallel safe
return pg_jsonschema_lacks('validation') is not null;

create function jsonschema_validation_errors(schema json, instance json) returns text[]
language sql immutable strict parallel safe
return array[pg_jsonschema_lacks('validation')];
