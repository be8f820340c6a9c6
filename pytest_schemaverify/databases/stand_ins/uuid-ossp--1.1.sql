-- Stand-in for uuid-ossp. All of it works; only the node of uuid_generate_v1 is always a random one.
\echo Use "create extension" to load this file. \quit

create function uuid_nil() returns uuid
language sql immutable strict parallel safe
return '00000000-0000-0000-0000-000000000000'::uuid;

create function uuid_ns_dns() returns uuid
language sql immutable strict parallel safe
return '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid;

create function uuid_ns_url() returns uuid
language sql immutable strict parallel safe
return '6ba7b811-9dad-11d1-80b4-00c04fd430c8'::uuid;

create function uuid_ns_oid() returns uuid
language sql immutable strict parallel safe
return '6ba7b812-9dad-11d1-80b4-00c04fd430c8'::uuid;

create function uuid_ns_x500() returns uuid
language sql immutable strict parallel safe
return '6ba7b814-9dad-11d1-80b4-00c04fd430c8'::uuid;

create function uuid_generate_v4() returns uuid
language sql volatile strict parallel safe
return pg_catalog.gen_random_uuid();

-- Version 1: 100 ns steps since 1582-10-15, then a random clock sequence and a random node with
-- its multicast bit set (RFC 9562, section 5.1).
create function uuid_generate_v1mc() returns uuid
language plpgsql volatile strict parallel safe
set search_path = pg_catalog
as $$
declare
    steps bigint := (extract(epoch from clock_timestamp()) * 10000000)::bigint + 122192928000000000;
    result bytea := uuid_send(gen_random_uuid());
begin
    result := overlay(result placing substring(int8send(steps) from 5 for 4) from 1 for 4);
    result := overlay(result placing substring(int8send(steps) from 3 for 2) from 5 for 2);
    result := overlay(result placing substring(int8send(steps) from 1 for 2) from 7 for 2);
    result := set_byte(result, 6, (get_byte(result, 6) & 15) | 16);
    result := set_byte(result, 10, get_byte(result, 10) | 1);
    return encode(result, 'hex')::uuid;
end
$$;

create function uuid_generate_v1() returns uuid
language sql volatile strict parallel safe
return uuid_generate_v1mc();

-- The first 16 bytes of a hash, marked as a UUID of that version (RFC 9562, section 5.3 and 5.5).
create function uuid_ossp_of_hash(hash bytea, version integer) returns uuid
language plpgsql immutable strict parallel safe
set search_path = pg_catalog
as $$
declare
    result bytea := substring(hash from 1 for 16);
begin
    result := set_byte(result, 6, (get_byte(result, 6) & 15) | (version << 4));
    result := set_byte(result, 8, (get_byte(result, 8) & 63) | 128);
    return encode(result, 'hex')::uuid;
end
$$;

create function uuid_generate_v3(namespace uuid, name text) returns uuid
language sql immutable strict parallel safe
return uuid_ossp_of_hash(
    pg_catalog.decode(
        pg_catalog.md5(pg_catalog.uuid_send(namespace) || pg_catalog.convert_to(name, 'UTF8')), 'hex'
    ),
    3
);

-- SHA-1, which the server has no function for (RFC 3174).
create function uuid_ossp_sha1(data bytea) returns bytea
language plpgsql immutable strict parallel safe
set search_path = pg_catalog
as $$
declare
    mask constant bigint := 4294967295;
    -- The message, a one bit, zeros up to 8 bytes short of a block of 64, and its length in bits.
    message bytea := data || '\x80'::bytea
        || decode(repeat('00', (119 - length(data) % 64) % 64), 'hex')
        || int8send(length(data) * 8::bigint);
    h bigint[] := array[1732584193, 4023233417, 2562383102, 271733878, 3285377520];
    w bigint[];
    a bigint; b bigint; c bigint; d bigint; e bigint; f bigint; x bigint;
begin
    for block in 0 .. length(message) / 64 - 1 loop
        w := array[]::bigint[];
        for t in 0 .. 15 loop
            w[t] := ('x' || encode(substring(message from block * 64 + t * 4 + 1 for 4), 'hex'))
                ::bit(32)::bigint;
        end loop;
        for t in 16 .. 79 loop
            x := w[t - 3] # w[t - 8] # w[t - 14] # w[t - 16];
            w[t] := ((x << 1) | (x >> 31)) & mask;
        end loop;
        a := h[1]; b := h[2]; c := h[3]; d := h[4]; e := h[5];
        for t in 0 .. 79 loop
            f := case
                when t < 20 then ((b & c) | (~b & d)) + 1518500249
                when t < 40 then (b # c # d) + 1859775393
                when t < 60 then ((b & c) | (b & d) | (c & d)) + 2400959708
                else (b # c # d) + 3395469782
            end;
            x := ((((a << 5) | (a >> 27)) & mask) + f + e + w[t]) & mask;
            e := d; d := c; c := ((b << 30) | (b >> 2)) & mask; b := a; a := x;
        end loop;
        h := array[
            (h[1] + a) & mask, (h[2] + b) & mask, (h[3] + c) & mask, (h[4] + d) & mask,
            (h[5] + e) & mask
        ];
    end loop;
    return substring(int8send(h[1]) from 5) || substring(int8send(h[2]) from 5)
        || substring(int8send(h[3]) from 5) || substring(int8send(h[4]) from 5)
        || substring(int8send(h[5]) from 5);
end
$$;

create function uuid_generate_v5(namespace uuid, name text) returns uuid
language sql immutable strict parallel safe
return uuid_ossp_of_hash(
    uuid_ossp_sha1(pg_catalog.uuid_send(namespace) || pg_catalog.convert_to(name, 'UTF8')), 5
);
