-- Stand-in for pgcrypto. digest, hmac and the random functions work, and so do passwords (crypt, gen_salt)
-- with md5. With bf they have its form and can be verified here, but the hash is not Blowfish's, which
-- would take SQL seconds; one that was made elsewhere raises 0A000, as ciphers and OpenPGP do.
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

-- The salt of an algorithm, made of 12 random bytes. One for bf ends with a mark of ours, by which
-- `crypt` knows that no real pgcrypto has made a hash with it.
create function pgcrypto_salt(kind text, rounds integer, random bytea) returns text
language plpgsql immutable strict parallel safe
set search_path = pg_catalog
as $$
declare
    plain constant text := 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=';
    blowfish constant text := './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    md5 constant text := './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    salt text;
begin
    if lower(kind) not in ('bf', 'md5', 'des', 'xdes') then
        raise exception 'gen_salt: Unknown salt algorithm' using errcode = '22023';
    elsif lower(kind) not in ('bf', 'md5') then
        raise exception 'the stand-in for pgcrypto cannot do gen_salt %', kind
            using errcode = '0A000',
            hint = 'Use a server that has the real pgcrypto (PostgreSQL''s contrib package).';
    elsif rounds <> 0 and (
        lower(kind) = 'md5' and rounds <> 1000 or lower(kind) = 'bf' and rounds not between 4 and 31
    ) then
        raise exception 'gen_salt: Incorrect number of rounds' using errcode = '22023';
    elsif lower(kind) = 'md5' then
        return '$1$' || left(translate(encode(random, 'base64'), plain, md5), 8);
    end if;
    salt := translate(encode(random, 'base64'), plain, blowfish);
    return '$2a$' || lpad(coalesce(nullif(rounds, 0), 6)::text, 2, '0') || '$' || salt || translate(
        encode(substring(sha256(convert_to(salt, 'UTF8')) for 4), 'base64'), plain, blowfish
    );
end
$$;

create function pgcrypto_crypt(password bytea, salt text) returns text
language plpgsql immutable strict parallel safe
set search_path = pg_catalog
as $$
declare
    plain constant text := 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=';
    blowfish constant text := './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    md5 constant text := './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    found text[] := regexp_match(salt, '^(\$2[axy]?\$\d\d\$)([./A-Za-z0-9]{16})([./A-Za-z0-9]{6})');
    short bytea := convert_to(substring(salt from '^\$1\$([^$]{0,8})'), 'UTF8');
    message bytea;
    hash bytea;
    place integer;
    bits integer;
    result text := '';
begin
    if found[3] = translate(
        encode(substring(sha256(convert_to(found[2], 'UTF8')) for 4), 'base64'), plain, blowfish
    ) then
        -- Blowfish looks at 72 bytes of a password, too.
        hash := sha512(convert_to(found[1] || found[2], 'UTF8') || substring(password for 72));
        return found[1] || found[2] || found[3]
            || translate(encode(substring(hash for 23), 'base64'), plain, blowfish);
    elsif short is null then
        raise exception 'the stand-in for pgcrypto cannot do crypt with %', case
            when found is null then 'this algorithm'
            else 'bf and a salt that it has not made'
        end
            using errcode = '0A000',
            hint = 'Use a server that has the real pgcrypto (PostgreSQL''s contrib package).';
    end if;
    -- The algorithm `$1$` of the C library's crypt.
    hash := decode(md5(password || short || password), 'hex');
    message := password || convert_to('$1$', 'UTF8') || short;
    for i in 0 .. length(password) - 1 loop
        message := message || substring(hash from i % 16 + 1 for 1);
    end loop;
    bits := length(password);
    while bits > 0 loop
        message := message
            || case bits % 2 when 1 then '\x00'::bytea else substring(password for 1) end;
        bits := bits / 2;
    end loop;
    hash := decode(md5(message), 'hex');
    for i in 0 .. 999 loop
        message := case i % 2 when 1 then password else hash end
            || case i % 3 when 0 then ''::bytea else short end
            || case i % 7 when 0 then ''::bytea else password end
            || case i % 2 when 1 then hash else password end;
        hash := decode(md5(message), 'hex');
    end loop;
    foreach place in array array[0, 1, 2, 3, 4, 11] loop
        bits := case place
            when 11 then get_byte(hash, 11)
            else (get_byte(hash, place) << 16) | (get_byte(hash, place + 6) << 8)
                | get_byte(hash, case place when 4 then 5 else place + 12 end)
        end;
        for i in 1 .. case place when 11 then 2 else 4 end loop
            result := result || substr(md5, bits % 64 + 1, 1);
            bits := bits / 64;
        end loop;
    end loop;
    return '$1$' || convert_from(short, 'UTF8') || '$' || result;
end
$$;

create function crypt(text, text) returns text
language sql immutable strict parallel safe
return pgcrypto_crypt(pg_catalog.convert_to($1, pg_catalog.getdatabaseencoding()), $2);

create function gen_salt(text) returns text
language sql volatile strict parallel safe return pgcrypto_salt($1, 0, gen_random_bytes(12));

create function gen_salt(text, integer) returns text
language sql volatile strict parallel safe return pgcrypto_salt($1, $2, gen_random_bytes(12));

-- What SQL cannot do, or not in a time that anybody would wait.
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
