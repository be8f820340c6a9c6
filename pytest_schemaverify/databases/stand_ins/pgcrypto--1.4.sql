-- Stand-in for pgcrypto. digest, hmac and the random functions work; passwords (crypt), ciphers and
-- OpenPGP do not: they raise 0A000.
\echo Use "create extension" to load this file. \quit

create function pgcrypto_sha1(data bytea) returns bytea
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
comment on function pgcrypto_sha1(bytea) is 'SHA-1, which the server has no function for (RFC 3174)';

create function pgcrypto_lacks(what text) returns bytea
language plpgsql volatile strict parallel safe
set search_path = pg_catalog
as $$
begin
    raise exception 'the stand-in for pgcrypto cannot do %', what
        using errcode = '0A000',
        hint = 'Use a server that has the real pgcrypto (PostgreSQL''s contrib package).';
end
$$;

create function digest(bytea, text) returns bytea
language sql immutable strict parallel safe
return case pg_catalog.lower($2)
    when 'md5' then pg_catalog.decode(pg_catalog.md5($1), 'hex')
    when 'sha1' then pgcrypto_sha1($1)
    when 'sha224' then pg_catalog.sha224($1)
    when 'sha256' then pg_catalog.sha256($1)
    when 'sha384' then pg_catalog.sha384($1)
    when 'sha512' then pg_catalog.sha512($1)
    else pgcrypto_lacks('digest ' || $2)
end;

create function digest(text, text) returns bytea
language sql immutable strict parallel safe
return digest(pg_catalog.convert_to($1, pg_catalog.getdatabaseencoding()), $2);

-- A key, filled with zeros to the length of a block, each byte combined with `pad` (RFC 2104).
create function pgcrypto_padded(key bytea, block integer, pad integer) returns bytea
language plpgsql immutable strict parallel safe
set search_path = pg_catalog
as $$
declare
    result bytea := key || decode(repeat('00', block - length(key)), 'hex');
begin
    for i in 0 .. block - 1 loop
        result := set_byte(result, i, get_byte(result, i) # pad);
    end loop;
    return result;
end
$$;

create function hmac(bytea, bytea, text) returns bytea
language sql immutable strict parallel safe
begin atomic
    select digest(
        pgcrypto_padded(k.key, k.block, 92) || digest(pgcrypto_padded(k.key, k.block, 54) || $1, $3),
        $3
    )
    from (
        select
            b.block,
            case when pg_catalog.length($2) > b.block then digest($2, $3) else $2 end as key
        from (
            select case when pg_catalog.lower($3) in ('sha384', 'sha512') then 128 else 64 end as block
        ) b
    ) k;
end;

create function hmac(text, text, text) returns bytea
language sql immutable strict parallel safe
return hmac(
    pg_catalog.convert_to($1, pg_catalog.getdatabaseencoding()),
    pg_catalog.convert_to($2, pg_catalog.getdatabaseencoding()),
    $3
);

create function gen_random_uuid() returns uuid
language sql volatile parallel safe
return pg_catalog.gen_random_uuid();

-- The server's random UUIDs have 122 random bits each; hashing two makes 256 evenly spread ones.
create function gen_random_bytes(integer) returns bytea
language plpgsql volatile strict parallel safe
set search_path = pg_catalog
as $$
declare
    result bytea := '';
begin
    if $1 < 1 or $1 > 1024 then
        raise exception 'Length not in range' using errcode = '39000';
    end if;
    while length(result) < $1 loop
        result := result || sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    end loop;
    return substring(result from 1 for $1);
end
$$;

-- What SQL cannot do, or not in a time that anybody would wait.
create function crypt(text, text) returns text
language sql immutable strict parallel safe return pg_catalog.encode(pgcrypto_lacks('crypt'), 'hex');
create function gen_salt(text) returns text
language sql volatile strict parallel safe return pg_catalog.encode(pgcrypto_lacks('gen_salt'), 'hex');
create function gen_salt(text, integer) returns text
language sql volatile strict parallel safe return pg_catalog.encode(pgcrypto_lacks('gen_salt'), 'hex');
create function encrypt(bytea, bytea, text) returns bytea
language sql immutable strict parallel safe return pgcrypto_lacks('encrypt');
create function decrypt(bytea, bytea, text) returns bytea
language sql immutable strict parallel safe return pgcrypto_lacks('decrypt');
create function encrypt_iv(bytea, bytea, bytea, text) returns bytea
language sql immutable strict parallel safe return pgcrypto_lacks('encrypt_iv');
create function decrypt_iv(bytea, bytea, bytea, text) returns bytea
language sql immutable strict parallel safe return pgcrypto_lacks('decrypt_iv');
create function pgp_sym_encrypt(text, text) returns bytea
language sql volatile strict parallel safe return pgcrypto_lacks('pgp_sym_encrypt');
create function pgp_sym_encrypt(text, text, text) returns bytea
language sql volatile strict parallel safe return pgcrypto_lacks('pgp_sym_encrypt');
create function pgp_sym_decrypt(bytea, text) returns text
language sql immutable strict parallel safe return pg_catalog.encode(pgcrypto_lacks('pgp_sym_decrypt'), 'hex');
create function pgp_sym_decrypt(bytea, text, text) returns text
language sql immutable strict parallel safe return pg_catalog.encode(pgcrypto_lacks('pgp_sym_decrypt'), 'hex');
create function pgp_pub_encrypt(text, bytea) returns bytea
language sql volatile strict parallel safe return pgcrypto_lacks('pgp_pub_encrypt');
create function pgp_pub_encrypt(text, bytea, text) returns bytea
language sql volatile strict parallel safe return pgcrypto_lacks('pgp_pub_encrypt');
create function pgp_pub_decrypt(bytea, bytea) returns text
language sql immutable strict parallel safe return pg_catalog.encode(pgcrypto_lacks('pgp_pub_decrypt'), 'hex');
create function pgp_pub_decrypt(bytea, bytea, text) returns text
language sql immutable strict parallel safe return pg_catalog.encode(pgcrypto_lacks('pgp_pub_decrypt'), 'hex');
create function pgp_pub_decrypt(bytea, bytea, text, text) returns text
language sql immutable strict parallel safe return pg_catalog.encode(pgcrypto_lacks('pgp_pub_decrypt'), 'hex');
create function pgp_sym_encrypt_bytea(bytea, text) returns bytea
language sql volatile strict parallel safe return pgcrypto_lacks('pgp_sym_encrypt_bytea');
create function pgp_sym_encrypt_bytea(bytea, text, text) returns bytea
language sql volatile strict parallel safe return pgcrypto_lacks('pgp_sym_encrypt_bytea');
create function pgp_sym_decrypt_bytea(bytea, text) returns bytea
language sql immutable strict parallel safe return pgcrypto_lacks('pgp_sym_decrypt_bytea');
create function pgp_sym_decrypt_bytea(bytea, text, text) returns bytea
language sql immutable strict parallel safe return pgcrypto_lacks('pgp_sym_decrypt_bytea');
create function pgp_pub_encrypt_bytea(bytea, bytea) returns bytea
language sql volatile strict parallel safe return pgcrypto_lacks('pgp_pub_encrypt_bytea');
create function pgp_pub_encrypt_bytea(bytea, bytea, text) returns bytea
language sql volatile strict parallel safe return pgcrypto_lacks('pgp_pub_encrypt_bytea');
create function pgp_pub_decrypt_bytea(bytea, bytea) returns bytea
language sql immutable strict parallel safe return pgcrypto_lacks('pgp_pub_decrypt_bytea');
create function pgp_pub_decrypt_bytea(bytea, bytea, text) returns bytea
language sql immutable strict parallel safe return pgcrypto_lacks('pgp_pub_decrypt_bytea');
create function pgp_pub_decrypt_bytea(bytea, bytea, text, text) returns bytea
language sql immutable strict parallel safe return pgcrypto_lacks('pgp_pub_decrypt_bytea');
create function pgp_key_id(bytea) returns text
language sql immutable strict parallel safe return pg_catalog.encode(pgcrypto_lacks('pgp_key_id'), 'hex');
create function armor(bytea) returns text
language sql immutable strict parallel safe return pg_catalog.encode(pgcrypto_lacks('armor'), 'hex');
create function armor(bytea, text[], text[]) returns text
language sql immutable strict parallel safe return pg_catalog.encode(pgcrypto_lacks('armor'), 'hex');
create function dearmor(text) returns bytea
language sql immutable strict parallel safe return pgcrypto_lacks('dearmor');
create function fips_mode() returns boolean
language sql volatile strict parallel safe return pgcrypto_lacks('fips_mode') is null;
create function pgp_armor_headers(text, out key text, out value text) returns setof record
language sql immutable strict parallel safe
begin atomic
    select pg_catalog.encode(pgcrypto_lacks('pgp_armor_headers'), 'hex'), null::text;
end;
