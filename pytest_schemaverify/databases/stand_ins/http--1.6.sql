-- Stand-in for http. It has the types and functions, but sends nothing: whatever would make a request
-- raises 0A000.
\echo Use "create extension" to load this file. \quit

create domain http_method as text;
create domain content_type as text check (value ~ '^\S+\/\S+');
create type http_header as (field varchar, value varchar);
create type http_response as (
    status integer,
    content_type varchar,
    headers http_header[],
    content varchar
);
create type http_request as (
    method http_method,
    uri varchar,
    headers http_header[],
    content_type varchar,
    content varchar
);

create function http_header(field varchar, value varchar) returns http_header
language sql return row($1, $2)::http_header;

create function urlencode(string bytea) returns text
language sql immutable strict
begin atomic
    select coalesce(
        pg_catalog.string_agg(
            case
                when b.value = 32 then '+'
                when pg_catalog.chr(b.value) ~ '[A-Za-z0-9~._-]' then pg_catalog.chr(b.value)
                else '%' || pg_catalog.lpad(pg_catalog.upper(pg_catalog.to_hex(b.value)), 2, '0')
            end,
            '' order by b.position
        ),
        ''
    )
    from (
        select pg_catalog.get_byte($1, p.position) as value, p.position
        from pg_catalog.generate_series(0, pg_catalog.length($1) - 1) as p (position)
    ) b;
end;

create function urlencode(string varchar) returns text
language sql immutable strict
return urlencode(pg_catalog.convert_to($1::text, pg_catalog.getdatabaseencoding()));

create function text_to_bytea(data text) returns bytea
language sql immutable strict
return pg_catalog.convert_to($1, pg_catalog.getdatabaseencoding());

create function bytea_to_text(data bytea) returns text
language sql immutable strict
return pg_catalog.convert_from($1, pg_catalog.getdatabaseencoding());

create function http(request http_request) returns http_response
language plpgsql
set search_path = pg_catalog
as $$
begin
    raise exception 'the stand-in for http cannot send % %', request.method, request.uri
        using errcode = '0A000', hint = 'Use a server that has the real http extension.';
end
$$;

create function http_get(uri varchar) returns http_response
language sql return http(row('GET', $1, null, null, null)::http_request);

create function http_get(uri varchar, data jsonb) returns http_response
language sql return http(row('GET', $1, null, null, $2::text)::http_request);

create function http_post(uri varchar, content varchar, content_type varchar) returns http_response
language sql return http(row('POST', $1, null, $3, $2)::http_request);

create function http_post(uri varchar, data jsonb) returns http_response
language sql return http(row('POST', $1, null, null, $2::text)::http_request);

create function http_put(uri varchar, content varchar, content_type varchar) returns http_response
language sql return http(row('PUT', $1, null, $3, $2)::http_request);

create function http_patch(uri varchar, content varchar, content_type varchar) returns http_response
language sql return http(row('PATCH', $1, null, $3, $2)::http_request);

create function http_delete(uri varchar) returns http_response
language sql return http(row('DELETE', $1, null, null, null)::http_request);

create function http_delete(uri varchar, content varchar, content_type varchar)
returns http_response
language sql return http(row('DELETE', $1, null, $3, $2)::http_request);

create function http_head(uri varchar) returns http_response
language sql return http(row('HEAD', $1, null, null, null)::http_request);

create function http_lacks(what text) returns text
language plpgsql
set search_path = pg_catalog
as $$
begin
    raise exception 'the stand-in for http cannot do %', what
        using errcode = '0A000', hint = 'Use a server that has the real http extension.';
end
$$;

create function urlencode(data jsonb) returns text
language sql strict return http_lacks('urlencode of JSON');

-- Options only say how a request would be sent, so that setting one needs no library.
create function http_set_curlopt(curlopt varchar, value varchar) returns boolean
language sql
return case
    when $1 ~* '^curlopt_' then true
    else http_lacks(pg_catalog.format('http_set_curlopt(%L)', $1)) is not null
end;

create function http_reset_curlopt() returns boolean
language sql return true;

create function http_list_curlopt() returns table (curlopt text, value text)
language sql
begin atomic
    select null::text, null::text where false;
end;
