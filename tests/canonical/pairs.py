"""What people write and what the server has stored: the same, different, or nobody can tell.

Each pair is made in a real database as `stored`, read back, and compared with `written`.
"""

from .hidden_pairs import HIDDEN
from .spelled_pairs import SPELLED
from .verdicts import Verdict, pairs

WORLD = """
create schema auth;
create schema ext;
create schema geo;
create schema "My.Schema";
create function auth.uid() returns uuid language sql stable
  as $$ select nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
create function auth.jwt() returns jsonb language sql stable
  as $$ select coalesce(current_setting('request.jwt.claims', true), '{}')::jsonb $$;
create function public.is_admin() returns boolean language sql stable as 'select true';
create function public.is_member() returns boolean language sql stable as 'select true';
create function ext.norm(value text) returns text language sql immutable strict
  as 'select pg_catalog.lower(value)';
create function ext.fold(value text) returns text language sql immutable strict
  as 'select pg_catalog.lower(value)';
create function "My.Schema"."Dotted.Fn"(value text) returns text language sql immutable strict
  as 'select value';
create function auth.norm(value text) returns text language sql immutable strict
  as 'select pg_catalog.lower(value)';
create function auth.lower(value text) returns text language sql immutable strict
  as 'select pg_catalog.lower(value)';
create function auth.ltrim(value varchar) returns text language sql immutable strict
  as 'select pg_catalog.ltrim(value)';
create function auth.is_admin() returns boolean language sql stable as 'select true';
create function auth.same(a int, b int) returns boolean language sql immutable as 'select a = b';
create function auth.other(a int, b int) returns boolean language sql immutable as 'select a <> b';
create operator auth.=== (leftarg = int, rightarg = int, function = auth.same);
create operator ext.=== (leftarg = int, rightarg = int, function = auth.same);
create function auth.above(a int, b int) returns boolean language sql immutable as 'select a > 0';
create operator auth.>>> (leftarg = int, rightarg = int, function = auth.above);
create operator auth.<> (leftarg = int, rightarg = int, function = auth.other,
  commutator = operator(auth.<>));
create type ext.mood as enum ('fine', 'poor');
create domain ext.score as integer check (value between 0 and 10);
create domain ext.labels as text[] check (array_length(value, 1) < 5);
create domain "My.Schema"."Odd.Domain" as ext.labels;
create type geo.shade as enum ('dark');
create function geo.near(value text) returns boolean language sql immutable as 'select true';
create function public.is_in(team text) returns boolean language sql stable as 'select true';
create function public.code_of(team text) returns text language plpgsql immutable
  as 'begin return 1; end';
create function public.is_day(day date, shift int default 0) returns boolean language plpgsql
  as 'begin return true; end';
create function public.guarded(value text) returns boolean language plpgsql
  as 'begin return true; end';
revoke execute on function public.guarded from public;
create function public.slow() returns int immutable language plpgsql
  as 'begin perform pg_sleep(600); return 1; end';
create collation public.german from "C";
create collation ext.german from "POSIX";
create sequence public.numbers;
create sequence "My.Schema"."Odd.Seq";
create table auth.users (id uuid primary key, email varchar(200));
create table geo.users (id uuid, email varchar(200), place point);
create table public.members (note bigint, person uuid, role text);
create table "My.Schema"."Big.Table" (id int primary key, "Camel.Case" text);
create table public.notes (
  id bigint primary key, owner uuid, title text, code varchar(10), price numeric(10,2),
  amount int, large bigint, ratio float8, at timestamptz, local timestamp, day date, done boolean,
  tags text[], data jsonb, mood ext.mood, "Odd.Name" text, "order" int, span interval,
  numbers int[], score ext.score, labels ext.labels, raw bytea, name name, plain json,
  normalized text
);
"""
"""What the pairs are about. Written for PostgreSQL 13, too."""

_SAME, _DIFFERENT, _UNTOLD = Verdict

PAIRS = [
    # Expressions, as policies have them: spelling only.
    *pairs(
        "policy", _SAME,
        ("auth.uid() = owner", "auth.uid() = owner"),
        ("(select auth.uid()) = owner", "(SELECT auth.uid()) = owner"),
        ("( SELECT auth.uid() AS uid) = owner", "(select auth.uid()) = owner"),
        ("owner=(select   auth . uid ())", "owner = (select auth.uid())"),
        ("price>0", "price > 0"),
        ("price > 0.50", "price > '0.50'::numeric"),
        ("price > -1", "price>-1"),
        ("amount = 1 -- one", "amount = /* just */ 1"),
        ("notes.price > 0", "price > 0"),
        ("(((done)))", "done"),
        ("TRUE", "true"),
        ("not done", "NOT (done)"),
        ("done is true", "(done) IS TRUE"),
        ("title in ('a', 'b')", "title = any (array['a', 'b'])"),
        ("title in ('a', 'b')", "title = any ('{a,b}'::text[])"),
        ("title not in ('a', 'b')", "title <> all (array['a'::text, 'b'::text])"),
        ("code in ('a', 'b')", "code::text = any (array['a'::varchar, 'b'::varchar]::text[])"),
        ("amount in (1, 2, 3)", "amount = ANY (ARRAY[1, 2, 3])"),
        ("price between 1 and 2", "price >= 1 and price <= 2"),
        ("price not between 1 and 2", "price < 1 or price > 2"),
        ("price between symmetric 2 and 1",
         "price >= 2 and price <= 1 or price >= 1 and price <= 2"),
        ("title like 'a%'", "title ~~ 'a%'"),
        ("title not like 'a%'", "title !~~ 'a%'::text"),
        ("title ilike 'a%'", "title ~~* 'a%'"),
        ("title not ilike 'a%'", "title !~~* 'a%'"),
        ("title similar to 'a+'", "title SIMILAR TO 'a+'::text"),
        ("title = 'x'", "title = 'x'::text"),
        ("code = 'x'", "code::text = 'x'::text"),
        ("title = cast('x' as text)", "title = 'x'::text"),
        ("title = text 'x'", "title = 'x'"),
        (r"title = E'it\'s'", "title = 'it''s'"),
        (r"title = E'a\nb'", "title = 'a\nb'"),
        ("title = $$x$$", "title = 'x'"),
        ("title = U&'\\0061'", "title = 'a'"),
        ("title = 'a'\n'b'", "title = 'ab'"),
        ("at > now()", "at > current_timestamp"),
        ("at > CURRENT_TIMESTAMP", "at > now()"),
        ("at > transaction_timestamp()", "at > now()"),
        ("day = current_date", "day = CURRENT_DATE"),
        ("at > now() - interval '1 day'", "at > now() - '1 day'::interval"),
        ("at > now() - interval '24 hour'", "at > now() - '24:00:00'::interval"),
        ("span > interval '90 minutes'", "span > '1h 30min'::interval"),
        ("span > interval '1-2'", "span > '1 year 2 mons'::interval"),
        ("at > '2020-01-01'", "at > '2020-01-01 00:00:00+00'::timestamptz"),
        ("at > timestamptz '2020-01-01 02:00+02'", "at > '2020-01-01 00:00Z'"),
        ("day > '2020-01-01'", "day > date '2020-01-01'"),
        ("mood = 'fine'", "mood = 'fine'::ext.mood"),
        ("mood in ('fine', 'poor')", "mood = any (array['fine'::ext.mood, 'poor'::ext.mood])"),
        ("coalesce(title, '') <> ''", "COALESCE(title, ''::text) <> ''::text"),
        ("title != ''", "title <> ''"),
        ("case when done then 1 else 0 end = 1", "CASE WHEN done THEN 1 ELSE 0 END = 1"),
        ("case title when 'a' then true end", "case title when 'a'::text then true else null end"),
        ("title is distinct from 'a'", "title IS DISTINCT FROM 'a'::text"),
        ("title is not distinct from code", "not (title is distinct from code)"),
        ("nullif(title, '') is not null", "NULLIF(title, ''::text) IS NOT NULL"),
        ("title notnull", "title is not null"),
        ("title isnull", "title is null"),
        ("row(amount, large) = row(1, 2)", "(amount, large) = (1, 2)"),
        ("(amount, large) < (1, 2)", "ROW(amount, large) < ROW(1, 2)"),
        ("data ->> 'a' = 'b'", "(data->>'a'::text) = 'b'::text"),
        ("data @> '{\"a\": 1}'", "data @> '{\"a\":1}'::jsonb"),
        ("data ? 'a'", "data ? 'a'::text"),
        ("data #>> '{a,b}' = 'c'", "data #>> array['a', 'b'] = 'c'"),
        ("data -> 'a' -> 0 is not null", "((data->'a')->0) is not null"),
        ("(auth.jwt() ->> 'role') = 'admin'", "auth.jwt()->>'role' = 'admin'"),
        ("tags @> array['a']", "tags @> '{a}'::text[]"),
        ("tags && array['a', 'b']", "tags && '{a,b}'"),
        ("tags = '{}'", "tags = array[]::text[]"),
        ("'a' = any(tags)", "'a'::text = ANY (tags)"),
        ("cardinality(tags) > 0", "CARDINALITY(tags) > 0"),
        ("numbers[1] = 2", "(numbers)[1] = 2"),
        ("numbers[1:2] = '{1,2}'", "numbers[1:2] = array[1,2]"),
        ("labels = array['a']", "labels = '{a}'"),
        ("score > 3", "(score)::integer > 3"),
        ('"Odd.Name" = \'x\'', 'notes."Odd.Name" = \'x\'::text'),
        ('"order" > 1', '"order" > (1)'),
        ("ext.norm(title) = 'a'", "ext.norm(title) = 'a'::text"),
        ("ext.norm(ext.fold(title)) = 'a'", "ext.norm(ext.fold(title)) = 'a'"),
        ('"My.Schema"."Dotted.Fn"(title) = \'a\'', '"My.Schema"."Dotted.Fn"(title) = \'a\'::text'),
        ("title collate \"C\" < 'a'", "(title COLLATE \"C\") < 'a'::text"),
        ("title collate pg_catalog.\"C\" < 'a'", "title collate \"C\" < 'a'"),
        ("lower(title) = lower('A')", "lower(title) = 'a'"),
        ("length(btrim(title)) > 2 and amount + 1 > 2 * 3", 
         "length(btrim(title))>2 AND amount+1>6"),
        ("ratio > 1", "ratio > 1::double precision"),
        ("ratio > 1e3", "ratio > 1000.0"),
        ("large = 9000000000", "large = '9000000000'::bigint"),
        ("current_user = 'x'", "current_role = 'x'"),
        ("user = 'x'", "current_user = 'x'"),
        ("raw = '\\x00'", "raw = E'\\\\x00'::bytea"),
        ("at at time zone 'UTC' > local", "(at AT TIME ZONE 'UTC'::text) > local"),
        ("extract(year from at) > 2000", "EXTRACT(YEAR FROM at) > 2000"),
        ("position('a' in title) > 0", "POSITION('a' IN title) > 0"),
        ("substring(title from 1 for 2) = 'ab'", "SUBSTRING(title FROM 1 FOR 2) = 'ab'"),
        ("exists (select 1 from members m where m.note = notes.id and m.person = auth.uid())",
         "exists (select 1 from public.members m where m.note = notes.id "
         "and m.person = auth.uid())"),
        ("id in (select note from members where person = (select auth.uid()))",
         "id in (select members.note from public.members "
         "where members.person = (select auth.uid()))"),
        ("exists (select from auth.users u where u.id = owner and u.email like '%@x.org')",
         "EXISTS (SELECT FROM auth.users AS u WHERE u.id = notes.owner AND u.email ~~ '%@x.org')"),
        ("exists (select 1 from \"My.Schema\".\"Big.Table\" b where b.\"Camel.Case\" = title)",
         "exists (select 1 from \"My.Schema\".\"Big.Table\" b where b.\"Camel.Case\" = title)"),
        ("exists (select 1 from geo.users g join auth.users a on a.id = g.id)",
         "exists (select 1 from geo.users g join auth.users a on a.id = g.id)"),
        ("amount in (select note from members limit 2)",
         "amount in (select note from members limit 2)"),
        ("title in (values ('a'), ('b'))", "title in (VALUES ('a'::text), ('b'::text))"),
        ("owner = (select u.id from auth.users u order by u.email limit 1)",
         "owner = (select u.id from auth.users u order by u.email asc nulls last limit 1)"),
        ("id in (select note from members offset 2 limit 1)",
         "id in (select note from members fetch first row only offset (2))"),
        ("id in (with recursive r(n, p) as (select note, note + 1 from members union "
         "select r.p, m.note from members m join r on m.note = r.n) select p from r where n > 1)",
         "id in (with recursive r(n, p) as (select note, note + 1 from members union "
         "select r.p, m.note from members m join r on m.note = r.n) select p from r where n > 1)"),
    ),
    # Words that stand for the call of one function, and that call.
    *pairs(
        "policy", _SAME,
        ("at at time zone 'UTC' > local", "timezone('UTC'::text, at) > local"),
        ("timezone('UTC', local) > at", "(local at time zone 'UTC') > at"),
        ("(local at time zone 'UTC') at time zone code = local",
         "timezone(code::text, timezone('UTC', local)) = local"),
        ("(at at time zone 'UTC' + span)::date = day and timezone('CET', at) > local",
         "local < (at at time zone 'CET') and day = (timezone('UTC', at) + span)::date"),
        ("(at, now()) overlaps (now(), at)", 'pg_catalog."overlaps"(at, now(), now(), at)'),
        ("position('a' in title || code) > 0", "\"position\"(title || code, 'a') > 0"),
        ("substring(title from 2 for 3) = 'abc'", "pg_catalog.substring(title, 2, 3) = 'abc'"),
        ("substring(title for 3) = 'abc'", "\"substring\"(title, 1, 3) = 'abc'"),
        ("overlay(title placing 'x' from 2 for 1) = 'a'",
         "pg_catalog.\"overlay\"(title, 'x', 2, 1) = 'a'"),
        ("overlay(title placing 'x' from 2) = 'a'", "\"overlay\"(title, 'x', 2) = 'a'"),
        ("trim(title) = 'a'", "btrim(title) = 'a'"),
        ("trim(both from title) = 'a'", "btrim(title) = 'a'"),
        ("trim(leading 'x' from title) = 'a'", "ltrim(title, 'x') = 'a'"),
        ("trim(trailing code from title || 'b') = 'a'", "rtrim(title || 'b', code) = 'a'"),
        ("normalize(title) = 'a'", "pg_catalog.\"normalize\"(title) = 'a'"),
        ("title is normalized", "is_normalized(title)"),
        ("collation for (title) = 'a'", "pg_collation_for(title) = 'a'"),
        ("current_user = name", 'pg_catalog."current_user"() = name'),
        ("session_user = name", "pg_catalog.\"session_user\"() = name"),
        ("current_schema = name", "current_schema() = name"),
        ("current_catalog = name", "current_database() = name"),
        ("exists (select 1 from notes n where n.local = notes.at at time zone 'UTC')",
         "exists (select 1 from notes n where n.local = timezone('UTC', notes.at))"),
    ),
    *pairs(
        "policy", _SAME,
        ("extract(year from at) > 2000", "pg_catalog.extract('year', at) > 2000"),
        ("extract(epoch from at - now()) > 2", "pg_catalog.\"extract\"('epoch', at - now()) > 2"),
        ("substring(title similar '#\"a#\"%' escape '#') = 'a'",
         "pg_catalog.substring(title, '#\"a#\"%', '#') = 'a'"),
        ("normalize(title, nfkd) = 'a'", "pg_catalog.\"normalize\"(title, 'NFKD') = 'a'"),
        ("title || 'a' is not nfkc normalized", "not is_normalized(title || 'a', 'NFKC')"),
        since=14,
    ),
    *pairs("policy", _SAME, ("system_user = title", "pg_catalog.system_user() = title"), since=16),
    *pairs("policy", _SAME, ("at at local > local", "timezone(at) > local"), since=17),
    # Which side stands first makes no difference.
    *pairs(
        "policy", _SAME,
        ("owner = auth.uid()", "auth.uid() = owner"),
        ("owner = (select auth.uid())", "(select auth.uid()) = owner"),
        ("price > 0", "0 < price"),
        ("price >= amount", "amount <= price"),
        ("done and amount > 1", "amount > 1 and done"),
        ("title = 'a' or done or 3 > amount", "amount < 3 or title = 'a' or done"),
        ("(1 = amount or done) and title <> code", "(code <> title) and (done or amount = 1)"),
        ("exists (select 1 from members m where auth.uid() = m.person and notes.id = m.note)",
         "exists (select 1 from members m where m.note = notes.id and m.person = auth.uid())"),
    ),
    # Look alike, and are not.
    *pairs(
        "policy", _DIFFERENT,
        ("price > 0", "price >= 0"),
        ("price > 1", "price > 1.01"),
        ("price > 1", "price > 1.0"),  # a numeric keeps its zeros
        ("amount > 1 and done", "amount > 1 or done"),
        ("amount > 1 and (done or title = 'a')", "amount > 1 and done or title = 'a'"),
        ("title in ('a', 'b')", "title in ('a', 'c')"),
        ("title in ('a', 'b')", "title in ('a', 'b', 'c')"),
        ("title = 'a  b'", "title = 'a b'"),
        ("title = 'A'", "title = 'a'"),
        ("title = 'now()'", "title = 'current_timestamp'"),
        ("title = 'x -- y'", "title = 'x '"),
        ("title like 'a%'", "title ilike 'a%'"),
        ("title like 'a_'", "title like 'a%'"),
        ("title ~ 'a'", "title ~* 'a'"),
        ("title is null", "title is not null"),
        ("title is distinct from 'a'", "title <> 'a'"),
        ("title = ''", "title is null"),
        ("code = 'x'", "title = 'x'"),
        ('"Odd.Name" = \'x\'', "title = 'x'"),
        ("at > now()", "at > statement_timestamp()"),
        ("at > now()", "at > clock_timestamp()"),
        ("at > now() - interval '1 day'", "at > now() - interval '24 hours'"),
        ("at > now() - interval '24' hour", "at > now() - interval '24 hours'"),  # rounds to hours
        ("day = current_date", "day = now()"),
        ("mood = 'fine'", "mood = 'poor'"),
        ("tags @> array['a']", "tags <@ array['a']"),
        ("'a' = any(tags)", "'a' = all(tags)"),
        ("data -> 'a' = '1'", "data ->> 'a' = '1'"),
        ("data @> '{\"a\": 1}'", "data @> '{\"a\": 2}'"),
        ("data ?| array['a']", "data ?& array['a']"),
        ("title collate \"C\" < 'a'", "title < 'a'"),
        ("title collate \"C\" < 'a'", "title collate \"POSIX\" < 'a'"),
        ("auth.uid() = owner", "(select auth.uid()) = owner"),
        ("auth.uid() = owner", "true"),
        ("auth.uid() = owner", "auth.uid() is not null"),
        ("is_admin()", "is_member()"),
        ("is_admin()", "true"),
        ("ext.norm(title) = 'a'", "ext.fold(title) = 'a'"),
        ("ext.norm(title) = 'a'", "lower(title) = 'a'"),
        ("current_user = 'x'", "session_user = 'x'"),
        ("exists (select 1 from members m where m.note = notes.id)",
         "exists (select 1 from members m where m.note = m.note)"),
        ("exists (select 1 from auth.users u where u.id = owner)",
         "exists (select 1 from geo.users u where u.id = owner)"),
        ("id in (select note from members)", "id not in (select note from members)"),
        ("id in (select note from members limit 1)", "id in (select note from members limit 2)"),
        ("id in (select note from members limit 1)", "id in (select note from members offset 1)"),
        ("id in (select note from members limit 1 offset 2)",
         "id in (select note from members limit 2 offset 1)"),
        ("id in (with recursive r(n, p) as (select note, note + 1 from members union "
         "select r.p, m.note from members m join r on m.note = r.n) select p from r where n > 1)",
         "id in (with recursive r(n, p) as (select note, note + 1 from members union "
         "select r.p, m.note from members m join r on m.note = r.p) select p from r where n > 1)"),
        ("id in (select note from members)", "id in (select note from only members)"),
        ("title in (values ('a'), ('b'))", "title in (values ('a'), ('c'))"),
        ("owner = (select u.id from auth.users u order by u.email limit 1)",
         "owner = (select u.id from auth.users u order by u.email desc limit 1)"),
        ("at at time zone 'UTC' > local", "timezone('CET', at) > local"),
        ("at at time zone 'UTC' > local", "at at time zone 'CET' > local"),
        ("(at, now()) overlaps (now(), at)", '"overlaps"(at, now(), at, now())'),
        ("position('a' in title) > 0", "\"position\"('a', title) > 0"),
        ("trim(title) = 'a'", "ltrim(title) = 'a'"),
        ("trim(code from title) = 'a'", "btrim(code, title) = 'a'"),
        ("current_schema = name", "current_database() = name"),
        ("current_user = name", "session_user = name"),
        ("title is normalized", "is_normalized(title, 'NFKC')"),
        # Of functions that consist of the same, each is itself.
        ("auth.norm(title) = 'a'", "ext.norm(title) = 'a'"),
        ("is_admin()", "auth.is_admin()"),
        ("auth.is_admin()", "is_admin()"),
        ("lower(title) = 'a'", "auth.lower(title) = 'a'"),
        ("auth.lower(title) = 'a' and lower(title) = 'a'",
         "auth.lower(title) = 'a' and auth.lower(title) = 'a'"),
        ("trim(leading from code) = 'a'", "auth.ltrim(code) = 'a'"),
        ("title is distinct from normalized", "is_normalized(title)"),
        ("amount operator(auth.===) 1", "amount operator(ext.===) 1"),
        ("amount operator(auth.===) 1", "amount = 1"),
        ("amount operator(auth.<>) 1", "amount <> 1"),
        # The same to mathematics, perhaps; comparisons, AND and OR are known to be.
        ("amount + 1 > 2", "1 + amount > 2"),
        ("title is distinct from code", "code is distinct from title"),
        ("amount > large", "large > amount"),
        ("amount - 1 = 2", "1 - amount = 2"),
        ("amount = any (numbers)", "amount <> all (numbers)"),
        ("done and (amount > 1 or large > 1)", "amount > 1 and (done or large > 1)"),
        ("tags @> labels", "labels @> tags"),
        ("coalesce(title, code) = 'a'", "coalesce(code, title) = 'a'"),
        ("case when done then amount = 1 else large = 1 end",
         "case when done then large = 1 else amount = 1 end"),
    ),
    *pairs(
        "policy", _UNTOLD,
        ("prise > 0", "price > 0"),
        ("price >", "price > 0"),
        ("nothing.at_all(title) = 'a'", "title = 'a'"),
        ("id in (select note from membership)", "id in (select note from members)"),
        ("id in (select note from members limit 1 + 1)",
         "id in (select note from members limit 1 + 2)"),
        ("amount > 1; select 1", "amount > 1"),
        ("amount = $1", "amount = 1"),
    ),
    # Other places where expressions stand.
    *pairs(
        "check", _SAME,
        ("price between 0 and 1", "price >= 0 AND price <= 1"),
        ("mood in ('fine')", "mood = 'fine'"),
        ("char_length(title) <= 80", "CHAR_LENGTH(title) <= 80"),
        ("price > 0 and (tags is null or array_length(tags, 1) < 3)",
         "(price > 0) AND ((tags IS NULL) OR (array_length(tags, 1) < 3))"),
        ("code ~ '^[A-Z]+$'", "code::text ~ '^[A-Z]+$'::text"),
    ),
    *pairs(
        "check", _DIFFERENT,
        ("code ~ '^[A-Z]+$'", "code ~ '^[A-Z]*$'"),
        ("score > 1", "score > 2"),
    ),
    *pairs(
        "default", _SAME,
        ("uuid: gen_random_uuid()", "GEN_RANDOM_UUID()"),
        ("uuid: gen_random_uuid()", "pg_catalog.gen_random_uuid()"),
        ("uuid: '00000000-0000-0000-0000-000000000000'",
         "'{00000000000000000000000000000000}'::uuid"),
        ("timestamptz: now()", "CURRENT_TIMESTAMP"),
        ("timestamp: timezone('utc', now())", "timezone('utc'::text, now())"),
        ("text: 'x'", "'x'::text"),
        ("text: 'x'", "cast('x' as varchar)"),
        ("varchar(10): 'x'", "'x'::character varying"),
        ("ext.mood: 'fine'", "'fine'::ext.mood"),
        ("ext.score: 3", "'3'::integer"),
        ("ext.labels: '{}'", "array[]::text[]"),
        ('"My.Schema"."Odd.Domain": \'{a}\'', 'array[\'a\']'),
        ("text[]: '{}'", "array[]::text[]"),
        ("text[]: array['a', 'b']", "'{a,b}'"),
        ("jsonb: '{}'", "'{}'::jsonb"),
        ("jsonb: '{\"a\": 1, \"b\": 2}'", "'{\"b\":2,\"a\":1}'"),
        ("numeric(10,2): 0", "0.00"),
        ("numeric(10,2): 1", "1.0"),
        ("integer: 0", "'0'"),
        ("bigint: 0", "(0)::bigint"),
        ("double precision: 1", "1.0"),
        ("boolean: false", "'f'"),
        ("boolean: not true", "false"),
        ("interval: '1 day'", "interval '1' day"),
        ("date: current_date", "CURRENT_DATE"),
        ("bigint: nextval('numbers')", "nextval('numbers'::regclass)"),
        ("bigint: nextval('public.numbers'::regclass)", "nextval('numbers')"),
        ("bigint: nextval('\"My.Schema\".\"Odd.Seq\"')",
         "nextval('\"My.Schema\".\"Odd.Seq\"'::regclass)"),
        ("text: upper(concat('a', 'b'))", "UPPER(CONCAT('a', 'b'))"),
        ("uuid: auth.uid()", "auth.uid()"),
    ),
    *pairs(
        "default", _DIFFERENT,
        ("uuid: gen_random_uuid()", "'00000000-0000-0000-0000-000000000000'"),
        ("text: 'x'", "'X'"),
        ("text: ''", "' '"),
        ("jsonb: '{}'", "'[]'"),
        ("json: '{\"a\":1}'", "'{\"a\": 1}'"),
        ("numeric(10,2): 0", "0.01"),
        ("timestamptz: now()", "clock_timestamp()"),
        ("ext.mood: 'fine'", "'poor'"),
        ("bigint: nextval('numbers')", "nextval('\"My.Schema\".\"Odd.Seq\"')"),
        ("boolean: true", "false"),
    ),
    *pairs(
        "default", _UNTOLD,
        ("ext.mood: 'happy'", "'fine'"),
        ("uuid: no_such_function()", "gen_random_uuid()"),
        ("bigint: nextval('nowhere')", "nextval('numbers')"),
    ),
    *pairs(
        "generated", _SAME,
        ("tsvector: to_tsvector('english', title)",
         "to_tsvector('english'::regconfig, title)"),
        ("text: title || ' ' || code", "(title || ' '::text) || code::text"),
        ("numeric: price * amount", "price * (amount)::numeric"),
        ("text: lower(title)", "LOWER((title)::text)"),
    ),
    *pairs(
        "generated", _DIFFERENT,
        ("tsvector: to_tsvector('english', title)", "to_tsvector('simple', title)"),
        ("text: coalesce(title, '')", "coalesce(title, 'x')"),
    ),
    *pairs(
        "predicate", _SAME,
        ("done is not true and price > 0", "(done IS NOT TRUE) AND (price > 0)"),
        ("title is not null", "title IS NOT NULL"),
        ("mood = 'fine' and not done", "mood = 'fine'::ext.mood AND NOT done"),
    ),
    *pairs("predicate", _DIFFERENT, ("not done", "done is not true"), ("price > 0", "amount > 0")),
    *pairs(
        "key", _SAME,
        ("lower(title)", "LOWER(title)"),
        ("(data ->> 'a')", "(data->>'a'::text)"),
        ("ext.norm(title)", "ext.norm(title)"),
        ("date_trunc('day', local)", "date_trunc('day'::text, local)"),
        ("coalesce(code, '')", "coalesce(code, ''::varchar)"),
    ),
    *pairs(
        "key", _DIFFERENT,
        ("lower(title)", "upper(title)"),
        ("(data -> 'a')", "(data ->> 'a')"),
    ),
    *pairs(
        "type", _SAME,
        ("int", "integer"), ("int8", "bigint"), ("float", "double precision"), ("bool", "boolean"),
        ("decimal(10, 2)", "numeric(10,2)"), ("numeric(10)", "numeric(10,0)"),
        ("timestamptz(3)", "timestamp(3) with time zone"), ("timetz", "time with time zone"),
        ("varchar", "character varying"), ("char", "character(1)"), ("char(3)", "bpchar(3)"),
        ("VARCHAR(10) [ ]", "character varying(10)[]"), ("text[][]", "text[]"),
        ("text array", "text[]"), ("bit varying(3)", "varbit(3)"),
        ("ext.mood", "ext.mood"), ("ext.mood[]", "ext.mood[]"), ('"ext"."mood"', "ext.mood"),
        ("ext.labels", "ext.labels"), ("ext.labels[]", "ext.labels[]"),
        ('"My.Schema"."Odd.Domain"', '"My.Schema"."Odd.Domain"'),
        ('"My.Schema"."Odd.Domain"[]', '"My.Schema"."Odd.Domain"[]'),
        ('"My.Schema"."Big.Table"', '"My.Schema"."Big.Table"'),
        ("public.members", "members"), ("interval minute", "interval minute"),
        ("interval(3)", "interval(3)"), ("pg_catalog.text", "text"), ("\"char\"", "\"char\""),
    ),
    *pairs(
        "type", _DIFFERENT,
        ("int", "bigint"), ("varchar(10)", "varchar(20)"), ("varchar", "text"),
        ("timestamptz", "timestamp"), ("numeric(10,2)", "numeric"), ("text", "text[]"),
        ("char", "\"char\""), ("json", "jsonb"), ("text[]", "ext.labels"),
        ("ext.labels", '"My.Schema"."Odd.Domain"'), ("integer", "ext.score"),
        ("timestamptz(3)", "timestamptz"), ("bit(3)", "varbit(3)"),
    ),
    *pairs(
        "type", _UNTOLD,
        ("mood", "ext.mood"), ("geography", "text"), ("nowhere.mood", "ext.mood"),
        ("varchar(", "varchar(10)"), ("numeric(2000)", "numeric"), ("Mood", "ext.mood"),
    ),
    # Definitions of views.
    *pairs(
        "view", _SAME,
        ("select id, title from notes", "SELECT notes.id, notes.title FROM public.notes"),
        ("select id from notes where title = 'a';", "select n.id from notes n where n.title='a'"),
        ("select * from members", "select note, person, role from public.members"),
        ("select n.id, u.email from notes n join auth.users u on u.id = n.owner",
         "select n.id, u.email from public.notes as n inner join auth.users as u "
         "on (u.id = n.owner)"),
        ("select u.email, count(*) as n from auth.users u left join members m on m.person = u.id "
         "group by u.email having count(*) > 2 order by n desc",
         "select u.email, count(*) as n from auth.users u left join members m on m.person = u.id "
         "group by 1 having count(*) > 2 order by 2 desc"),
        ("select distinct on (owner) owner, title from notes order by owner, at desc",
         "select distinct on (owner) owner, title from notes order by owner, at desc"),
        ("select distinct owner from notes", "select distinct owner from notes"),
        ("select id from notes order by id desc limit 10 offset 5",
         "select id from notes order by id desc offset 5 fetch next 10 rows only"),
        ("select id from notes order by amount fetch first 3 rows with ties",
         "select id from notes order by amount fetch first 3 rows with ties"),
        ("select t.id, t.name from (values (1, 'a'), (2, 'b')) as t (id, name)",
         "select t.id, t.name from (values (1, 'a'::text), (2, 'b'::text)) as t (id, name)"),
        ("with own as (select * from notes where owner = auth.uid()) select id from own",
         "with own as (select * from notes where owner = auth.uid()) select own.id from own"),
        ("with recursive n(i) as (select 1 union all select i + 1 from n where i < 9) "
         "select i from n",
         "with recursive n(i) as (select 1 union all select i + 1 from n where i < 9) "
         "select i from n"),
        ("select id, row_number() over (partition by owner order by at desc) as r from notes",
         "select id, row_number() over (partition by owner order by at desc) as r from notes"),
        ("select id, sum(amount) over (order by at rows between 3 preceding and current row) as s "
         "from notes",
         "select id, sum(amount) over (order by at rows between 3 preceding and current row) as s "
         "from notes"),
        # A clause that says what holds by default makes no other view.
        *(
            (f"select id, sum(amount) over (partition by owner order by at{frame}) as s from notes",
             "select id, sum(amount) over (partition by owner order by at) as s from notes")
            for frame in (
                " asc nulls last", " range unbounded preceding",
                " range unbounded preceding exclude no others",
                " range between unbounded preceding and current row",
                " range between unbounded preceding and current row exclude no others",
            )
        ),
        ("select id, sum(amount) over (order by at) as s from notes",
         "select id, sum(amount) over (order by at range unbounded preceding) as s from notes"),
        ("select id, count(*) over () as n from notes",
         "select id, count(*) over (range between unbounded preceding and current row) as n "
         "from notes"),
        ("select id, sum(amount) over w as s, count(*) over w as n from notes "
         "window w as (order by id range unbounded preceding)",
         "select id, sum(amount) over w as s, count(*) over w as n from notes "
         "window w as (order by id)"),
        ("select id, sum(amount) over (order by at rows (1 + 1) preceding) as s from notes",
         "select id, sum(amount) over (order by at rows between (1 + 1) preceding and current row) "
         "as s from notes"),
        ("select id, sum(amount) over (order by at rows current row) as s from notes",
         "select id, sum(amount) over (order by at rows between current row and current row "
         "exclude no others) as s from notes"),
        ("select all id from notes order by id asc nulls last limit all",
         "select id from notes order by id"),
        ("select distinct on (owner) owner, title from notes order by owner limit all",
         "select distinct on (owner) owner, title from notes order by owner"),
        ("select id from notes order by id fetch first row only",
         "select id from notes order by id limit 1"),
        ("select id from notes order by id offset 2 rows fetch next row only",
         "select id from notes order by id limit 1 offset 2"),
        ("select id from auth.users union distinct select person from members",
         "select id from auth.users union select person from members"),
        ("select n.id, count(all u.email) as n from notes as n left outer join auth.users as u "
         "on u.id = n.owner group by n.id",
         "select n.id, count(u.email) as n from notes n left join auth.users u on u.id = n.owner "
         "group by n.id"),
        ("select array_agg(title order by at desc nulls first) as t from notes *",
         "select array_agg(title order by at desc) as t from notes"),
        ('select b.id, b."Camel.Case" from "My.Schema"."Big.Table" b',
         'select id, "Camel.Case" from "My.Schema"."Big.Table"'),
        ("select id from auth.users union select person from members",
         "select id from auth.users union select person from members"),
        ("select a.email, g.place from geo.users g, auth.users a where a.id = g.id",
         "select a.email, g.place from geo.users g, auth.users a where a.id = g.id"),
        ("select case when amount > 5 then 'high' else 'low' end as level, coalesce(title, '') "
         "as title from notes where title not ilike 'a%'",
         "select case when amount > 5 then 'high' else 'low' end as level, coalesce(title, '') "
         "as title from notes where title !~~* 'a%'"),
        ("select id, row_to_json(n) as j from notes n",
         "select id, row_to_json(n) as j from notes n"),
        ("select n.*, u.email from notes n join auth.users u on u.id = n.owner",
         "select n.*, u.email from notes n join auth.users u on u.id = n.owner"),
        ("select count(*) filter (where done) as done from notes",
         "select count(*) filter (where done) as done from notes"),
        ("select id from only notes", "select id from only notes"),
        ("select n.id, l.n from notes n cross join lateral (select count(*) as n from members m "
         "where m.note = n.id) l",
         "select n.id, l.n from notes n cross join lateral (select count(*) as n from members m "
         "where m.note = n.id) l"),
        ("select owner, percentile_cont(0.5) within group (order by amount) as p from notes "
         "group by rollup (owner)",
         "select owner, percentile_cont(0.5) within group (order by amount) as p from notes "
         "group by rollup (owner)"),
        ("select id, mood, labels, score from notes where mood = 'fine'",
         "select id, mood, labels, score from notes where mood = 'fine'::ext.mood"),
        ("select n.id from notes n join auth.users u on n.owner = u.id where done and amount > 1",
         "select n.id from notes n join auth.users u on u.id = n.owner where 1 < amount and done"),
        ("table members", "select * from members"),
        ("select 1 as one, 'a' as two", "select 1 as one, 'a'::text as two"),
        ("select id, is_admin() as a from notes", "select id, public.is_admin() as a from notes"),
        ("select relname from pg_catalog.pg_class where relkind = 'r'",
         "select relname from pg_class where relkind = 'r'"),
    ),
    *pairs(
        "view", _SAME,
        ("select u.id, u.email, count(m.note) as n from auth.users u left join members m "
         "on m.person = u.id group by u.id",
         "select u.id, u.email, count(m.note) as n from auth.users u left join members m "
         "on m.person = u.id group by u.id"),
        ("select id from notes for update", "select id from notes for update of notes"),
        ("select id from notes tablesample system (10)",
         "select id from notes tablesample system(10::real)"),
        limited=_UNTOLD,
    ),
    *pairs(
        "view", _DIFFERENT,
        ("select id from notes", "select id as number from notes"),
        ("select id from notes", "select id::int as id from notes"),
        ("select id, title from notes", "select title, id from notes"),
        ("select id from notes", "select id from notes where done"),
        ("select id from notes limit 10", "select id from notes limit 11"),
        ("select id from notes limit 10", "select id from notes"),
        ("select id from notes limit 10 offset 1", "select id from notes limit 10 offset 2"),
        ("select distinct on (owner) owner, title from notes order by owner, title",
         "select distinct on (owner, title) owner, title from notes order by owner, title"),
        ("select distinct owner from notes", "select owner from notes"),
        ("select t.id from (values (1), (2)) as t (id)",
         "select t.id from (values (1), (3)) as t (id)"),
        ("select id from notes", "select id from only notes"),
        ("select id from notes for update", "select id from notes"),
        ("select id, email from auth.users", "select id, email from geo.users"),
        ("with recursive n(i) as (select 1 union all select i + 1 from n where i < 9) "
         "select i from n",
         "with recursive n(i) as (select 1 union select i + 1 from n where i < 9) select i from n"),
        ("select id, row_number() over (partition by owner order by at) as r from notes",
         "select id, row_number() over (order by owner, at) as r from notes"),
        ("select id, sum(amount) over (order by at) as s from notes",
         "select id, sum(amount) over (order by at rows unbounded preceding) as s from notes"),
        ("select id, sum(amount) over (order by at range unbounded preceding exclude ties) as s "
         "from notes", "select id, sum(amount) over (order by at) as s from notes"),
        ("select id, sum(amount) over (order by at rows 1 preceding) as s from notes",
         "select id, sum(amount) over (order by at rows 2 preceding) as s from notes"),
        ("select id, sum(amount) over (order by at nulls first) as s from notes",
         "select id, sum(amount) over (order by at) as s from notes"),
        ("select id from notes fetch first row only", "select id from notes limit all"),
        ("select id from notes order by id fetch first row with ties",
         "select id from notes order by id fetch first row only"),
        ("select id from auth.users union select person from members",
         "select id from auth.users union all select person from members"),
        ("select id from notes where is_admin()", "select id from notes"),
        ("select id from notes where is_admin()", "select id from notes where is_member()"),
        ("select id from notes order by id", "select id from notes order by id desc"),
        ("select id from notes order by at", "select id from notes order by at nulls first"),
        ("select n.id from notes n left join auth.users u on u.id = n.owner",
         "select n.id from notes n join auth.users u on u.id = n.owner"),
        ("select title collate \"C\" as t from notes", "select title as t from notes"),
        ("select id from notes order by amount fetch first 3 rows with ties",
         "select id from notes order by amount fetch first 3 rows only"),
        ("select note as id from members intersect select id from notes",
         "select note as id from members intersect all select id from notes"),
        ("select count(*) as n from notes", "select count(id) as n from notes"),
        ("select 1 as one", "select 2 as one"),
    ),
    *pairs(
        "view", _DIFFERENT,
        ("select id from notes for update of notes", "select id from notes for share"),
        ("select id from notes tablesample system (10)",
         "select id from notes tablesample system (20)"),
        limited=_UNTOLD,
    ),
    *pairs(
        "view", _UNTOLD,
        ("select id from nothing", "select id from notes"),
        ("select identity from notes", "select id from notes"),
        ("select id from users", "select id from geo.users"),
        ("select id frm notes", "select id from notes"),
        ("select id from notes; drop table notes", "select id from notes"),
        ("select id from notes limit 1 + 1", "select id from notes limit 1 + 2"),
    ),
    *HIDDEN,
    *SPELLED,
]  # fmt: skip
