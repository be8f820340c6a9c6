-- Stand-in for hypopg. There are no hypothetical indexes: creating one raises 0A000.
\echo Use "create extension" to load this file. \quit

create function hypopg_lacks(what text) returns text
language plpgsql
set search_path = pg_catalog
as $$
begin
    raise exception 'the stand-in for hypopg cannot do %', what
        using errcode = '0A000', hint = 'Use a server that has the real hypopg.';
end
$$;

create function hypopg_create_index(sql_order text, out indexrelid oid, out indexname text)
returns setof record
language sql strict
begin atomic
    select null::oid, hypopg_lacks('hypothetical indexes');
end;

-- Without any, there is nothing to remove or to list.
create function hypopg_reset() returns void language sql begin atomic end;

create function hypopg_reset_index() returns void language sql begin atomic end;
