-- Stand-in for pgjwt. All of it works, on top of hmac of pgcrypto.
\echo Use "create extension" to load this file. \quit

create function url_encode(data bytea) returns text
language sql immutable
return pg_catalog.translate(pg_catalog.encode($1, 'base64'), E'+/=\n', '-_');

create function url_decode(data text) returns bytea
language sql immutable
return pg_catalog.decode(
    pg_catalog.rpad(
        pg_catalog.translate($1, '-_', '+/'), (pg_catalog.length($1) + 3) / 4 * 4, '='
    ),
    'base64'
);

create function algorithm_sign(signables text, secret text, algorithm text) returns text
language sql immutable
return url_encode(hmac($1, $2, case $3
    when 'HS256' then 'sha256'
    when 'HS384' then 'sha384'
    when 'HS512' then 'sha512'
    else ''
end));

create function sign(payload json, secret text, algorithm text default 'HS256') returns text
language sql immutable
begin atomic
    select s.signables || '.' || algorithm_sign(s.signables, $2, $3)
    from (
        select
            url_encode(pg_catalog.convert_to('{"alg":"' || $3 || '","typ":"JWT"}', 'UTF8'))
            || '.' || url_encode(pg_catalog.convert_to($1::text, 'UTF8')) as signables
    ) s;
end;

create function try_cast_double(inp text) returns double precision
language plpgsql immutable
set search_path = pg_catalog
as $$
begin
    return inp::double precision;
exception when others then
    return null;
end
$$;

create function verify(token text, secret text, algorithm text default 'HS256')
returns table (header json, payload json, valid boolean)
language sql immutable
begin atomic
    select
        t.header,
        t.payload,
        t.signature_matches and pg_catalog.tstzrange(
            pg_catalog.to_timestamp(try_cast_double(t.payload ->> 'nbf')),
            pg_catalog.to_timestamp(try_cast_double(t.payload ->> 'exp'))
        ) @> current_timestamp
    from (
        select
            pg_catalog.convert_from(url_decode(p.parts[1]), 'UTF8')::json as header,
            pg_catalog.convert_from(url_decode(p.parts[2]), 'UTF8')::json as payload,
            p.parts[3] = algorithm_sign(p.parts[1] || '.' || p.parts[2], $2, $3) as signature_matches
        from (select pg_catalog.string_to_array($1, '.') as parts) p
    ) t;
end;
