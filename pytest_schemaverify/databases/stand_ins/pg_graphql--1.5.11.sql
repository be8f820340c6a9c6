-- Stand-in for pg_graphql. It answers no query: resolving one raises 0A000.
\echo Use "create extension" to load this file. \quit

create function graphql._lacks(what text) returns text
language plpgsql
set search_path = pg_catalog
as $$
begin
    raise exception 'the stand-in for pg_graphql cannot do %', what
        using errcode = '0A000', hint = 'Use a server that has the real pg_graphql.';
end
$$;

create function graphql.resolve(
    query text,
    variables jsonb default '{}',
    "operationName" text default null,
    extensions jsonb default null
)
returns jsonb
language sql return graphql._lacks('queries')::jsonb;

create function graphql.comment_directive(comment_ text) returns jsonb
language sql immutable
return coalesce(
    pg_catalog.substring($1, '@graphql\((.*)\)')::jsonb, pg_catalog.jsonb_build_object()
);
