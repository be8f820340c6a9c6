-- Stand-in for pg_net. Requests are queued, as there; nothing takes them from the queue, so none is
-- sent and no response arrives. What would wait for a response raises 0A000.
\echo Use "create extension" to load this file. \quit

create schema net;

create domain net.http_method as text
    check (value ilike 'get' or value ilike 'post' or value ilike 'delete');
create type net.request_status as enum ('PENDING', 'SUCCESS', 'ERROR');
create type net.http_response as (status_code integer, headers jsonb, body text);
create type net.http_response_result as (
    status net.request_status,
    message text,
    response net.http_response
);

create unlogged table net.http_request_queue (
    id bigserial,
    method net.http_method not null,
    url text not null,
    headers jsonb,
    body bytea,
    timeout_milliseconds integer not null
);

create unlogged table net._http_response (
    id bigint,
    status_code integer,
    content_type text,
    headers jsonb,
    content text,
    timed_out boolean,
    error_msg text,
    created timestamptz not null default now()
);
create index on net._http_response (created);

create function net._urlencode_string(string varchar) returns text
language sql immutable parallel safe as $$
    select pg_catalog.string_agg(
        case
            when c.value ~ '[A-Za-z0-9~._-]' then c.value
            else pg_catalog.upper(pg_catalog.regexp_replace(
                pg_catalog.encode(pg_catalog.convert_to(c.value, 'UTF8'), 'hex'), '(..)', '%\1', 'g'
            ))
        end,
        '' order by c.position
    )
    from pg_catalog.regexp_split_to_table($1, '') with ordinality as c (value, position)
$$;

create function net._enqueue(
    method text, url text, params jsonb, headers jsonb, body jsonb, timeout_milliseconds integer
)
returns bigint
language sql as $$
    insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
    select
        $1,
        $2 || coalesce(
            case when $2 ~ '\?' then '&' else '?' end || (
                select pg_catalog.string_agg(
                    net._urlencode_string(p.key) || '=' || net._urlencode_string(p.value),
                    '&' order by p.key
                )
                from pg_catalog.jsonb_each_text($3) p
            ),
            ''
        ),
        $4,
        pg_catalog.convert_to($5::text, 'UTF8'),
        $6
    returning id
$$;

create function net.http_get(
    url text,
    params jsonb default '{}',
    headers jsonb default '{}',
    timeout_milliseconds integer default 5000
)
returns bigint
language sql as $$
    select net._enqueue('GET', $1, $2, $3, null, $4)
$$;

create function net.http_post(
    url text,
    body jsonb default '{}',
    params jsonb default '{}',
    headers jsonb default '{"Content-Type": "application/json"}',
    timeout_milliseconds integer default 5000
)
returns bigint
language plpgsql as $$
declare
    content_type text := (
        select h.value
        from pg_catalog.jsonb_each_text(coalesce(headers, '{}')) h
        where pg_catalog.lower(h.key) = 'content-type'
        order by h.key
        limit 1
    );
begin
    if content_type is null then
        headers := headers || '{"Content-Type": "application/json"}'::jsonb;
    elsif content_type <> 'application/json' then
        raise exception 'Content-Type header must be "application/json"';
    end if;
    return net._enqueue('POST', url, params, headers, body, timeout_milliseconds);
end
$$;

create function net.http_delete(
    url text,
    params jsonb default '{}',
    headers jsonb default '{}',
    timeout_milliseconds integer default 5000,
    body jsonb default null
)
returns bigint
language sql as $$
    select net._enqueue('DELETE', $1, $2, $3, $5, $4)
$$;

create function net.http_collect_response(request_id bigint, async boolean default true)
returns net.http_response_result
language plpgsql as $$
begin
    raise exception 'the stand-in for pg_net sends no requests and has no responses'
        using errcode = '0A000', hint = 'Use a server that has the real pg_net.';
end
$$;

create function net._await_response(request_id bigint) returns boolean
language sql as $$
    select net.http_collect_response($1) is null
$$;

grant usage on schema net to public;
grant all on all sequences in schema net to public;
grant all on all tables in schema net to public;
