-- Stand-in for index_advisor. It gives no advice: asking for some raises 0A000.
\echo Use "create extension" to load this file. \quit

create function index_advisor_lacks(what text) returns text
language plpgsql
set search_path = pg_catalog
as $$
begin
    raise exception 'the stand-in for index_advisor cannot do %', what
        using errcode = '0A000', hint = 'Use a server that has the real index_advisor.';
end
$$;

create function index_advisor(query text)
returns table (
    startup_cost_before jsonb,
    startup_cost_after jsonb,
    total_cost_before jsonb,
    total_cost_after jsonb,
    index_statements text[],
    errors text[]
)
language sql
begin atomic
    select
        null::jsonb, null::jsonb, null::jsonb, null::jsonb,
        null::text[], array[index_advisor_lacks('advice')];
end;
