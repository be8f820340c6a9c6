-- Functions that the server runs, each followed by a call of it: nothing is wrong in any of them.
-- A blank line parts them; read by tests/behaviour/routines/test_bodies.py.

create schema app;
create type app.state as enum ('open','done');
create type app.pair as (x int, y int);
create type app.nest as (p app.pair, n text);
create domain app.short as text check (length(value) < 9);
create table app.users (id int primary key, name text, state app.state default 'open', data jsonb, pos app.nest, tags text[], made timestamptz default now(), unique (name, state));
create unique index on app.users (lower(name)) where state = 'open';
insert into app.users (id, name, data, pos) values (1, 'a', '{}', row(row(1,2),'x'));
create table app.logs (id bigint generated always as identity primary key, at timestamptz default now(), what jsonb, len int generated always as (length(what::text)) stored);

create function app.v01(p_id int) returns app.users language plpgsql as $$ declare r app.users; begin select * into r from app.users u where u.id = p_id; return r; end $$;
select app.v01(1);

create function app.v02() returns jsonb language plpgsql as $$ declare r record; begin select u.id, u.name into r from app.users u; return to_jsonb(r) || row_to_json(r)::jsonb; end $$;
select app.v02();

create function app.v03() returns int language plpgsql as $$ declare r app.nest; begin select (u.pos).* into r from app.users u; return (r.p).x + (r).p.y; end $$;
select app.v03();

create function app.v04() returns void language plpgsql as $$ declare r record; begin for r in select * from app.users loop insert into app.logs (what) values (to_jsonb(r)), (jsonb_build_object('id', r.id, 'n', r.name)); end loop; end $$;
select app.v04();

create function app.v05() returns setof app.users language plpgsql as $$ declare r app.users; begin for r in select * from app.users loop return next r; end loop; return query select * from app.users; return query execute 'select * from app.users where id = $1' using 1; end $$;
select app.v05();

create function app.v06() returns table (uid int, label text) language plpgsql as $$ begin for uid, label in select u.id, u.name from app.users u loop return next; end loop; end $$;
select app.v06();

create function app.v07() returns app.state language plpgsql as $$ declare s app.users.state%type := 'open'; t s%type; u app.users%rowtype; begin u.state := s; t := u.state; if t = 'open' then return t; end if; return null; exception when unique_violation or others then raise notice '% %', sqlstate, sqlerrm; return null; end $$;
select app.v07();

create function app.v08() returns int language plpgsql as $$ declare c refcursor; r record; n int := 0; begin open c for select u.id from app.users u; loop fetch c into r; exit when not found; n := n + r.id; end loop; close c; return n; end $$;
select app.v08();

create function app.v09() returns int language plpgsql as $$ declare c cursor (k int) for select u.id as i from app.users u where u.id >= k; n int := 0; begin for r in c(0) loop n := n + r.i; end loop; return n; end $$;
select app.v09();

create function app.v10() returns int language plpgsql as $$ declare a app.users[]; x app.users; n int := 0; begin select array_agg(u) into a from app.users u; foreach x in array a loop n := n + x.id; end loop; return n + a[1].id; end $$;
select app.v10();

create function app.v11() returns int language plpgsql as $$ declare n int; begin create temp table if not exists tmp_v11 (id int, s app.state, t text[]) on commit drop; create index on tmp_v11 (id); truncate tmp_v11; insert into tmp_v11 (id) values (1); analyze tmp_v11; select count(*) into n from tmp_v11; drop table tmp_v11; return n; end $$;
select app.v11();

create function app.v12(id int, name text default 'x') returns int language plpgsql as $$ begin insert into app.users as u (id, name) values (v12.id, v12.name) on conflict on constraint users_pkey do update set name = excluded.name where u.name is distinct from excluded.name; return v12.id; end $$;
select app.v12(7);

create function app.v13(p_name text) returns int language plpgsql as $$ begin insert into app.users (id, name) values (50, p_name) on conflict (lower(name)) where state = 'open' do nothing; insert into app.users (id, name) values (51, p_name || '1') on conflict (state, name) do nothing; insert into app.users (id, name) values (52, 'zz') on conflict do nothing; return 1; end $$;
select app.v13('q');

create function app.v15(inout a int, out b text) language plpgsql as $$ begin a := a + 1; b := a::text; end $$;
select app.v15(1);

create procedure app.v16(inout x int, y int default 2) language plpgsql as $$ begin x := x + y; end $$;
call app.v16(1);

create function app.v17() returns int language plpgsql as $$ declare n int := 1; begin call app.v16(n); call app.v16(n, y => 3); return n; end $$;
select app.v17();

create function app.v18(a anyelement, b anyarray) returns anyelement language plpgsql as $$ begin if a = any (b) then return a; end if; return b[1]; end $$;
select app.v18(1,array[2]);

create function app.v19(j jsonb) returns text language plpgsql as $$ declare k text; v jsonb; r record; begin for k, v in select * from jsonb_each(j) loop return k; end loop; for r in select * from jsonb_to_recordset('[]') as x (a int, b text) loop return r.b || r.a; end loop; select * into r from jsonb_array_elements('[1]') with ordinality as e (el, nr); return r.nr || (r.el)::text; end $$;
select app.v19('{"a":1}');

create function app.v20() returns int language plpgsql as $$ <<otr>> declare id int := 5; begin declare id int := 6; begin return otr.id + id; end; end $$;
select app.v20();

create function app.v22() returns int language plpgsql as $$ declare n int; m text; begin update app.users set name = 'b' where id = 1 returning id into n; get diagnostics m = row_count; delete from app.users where id = 99; return n + m::int; end $$;
select app.v22();

create function app.v23() returns text language plpgsql as $$ declare id int; x record; begin select u.id, u.name into strict x from app.users u where u.id = 1; id := x.id; return x.name || id; end $$;
select app.v23();

-- since 14
create function app.v24(p app.users) returns text language plpgsql as $$ begin p.name := upper(p.name); p.pos.n := 'q'; return p.name || (p.pos).n; end $$;
select app.v24((select u from app.users u limit 1));

create function app.v25() returns int language plpgsql as $$ #variable_conflict use_column
declare id int := 3; begin return (select id from app.users limit 1); end $$;
select app.v25();

create function app.v26() returns setof record language plpgsql as $$ begin return query select 1, 'x'::text; end $$;
select * from app.v26() as t (a int, b text);

create function app.v27() returns int language plpgsql as $$ declare x int; begin select a into x from app.v26() as t (a int, b text); return x; end $$;
select app.v27();

create function app.v28() returns app.short language plpgsql as $$ declare s app.short := 'abc'; begin s := s || 'd'; return s; end $$;
select app.v28();

create function app.v29() returns int language plpgsql as $$ declare a int[] := array[1,2]; m int[][] := '{{1,2},{3,4}}'; begin a[1] := 5; a := a || 7; m[1][2] := 6; return a[1] + m[1][2] + a[array_upper(a, 1)]; end $$;
select app.v29();

create function app.v30() returns void language plpgsql as $$ begin perform set_config('a.b', 'x', true); set local work_mem = '4MB'; notify chan, 'x'; lock table app.users in share mode; null; end $$;
select app.v30();

create function app.v31() returns text language plpgsql as $$ declare st text; ms text; dt text; begin raise exception using errcode = 'P0001', message = 'x', detail = 'd'; exception when raise_exception then get stacked diagnostics st = returned_sqlstate, ms = message_text, dt = pg_exception_detail; return st || ms || dt || sqlerrm; end $$;
select app.v31();

create function app.v32() returns int language plpgsql as $$ declare n int; begin with x as (insert into app.logs (what) values ('{}') returning id) select count(*) into n from x; for n in 1..2 loop continue when n = 1; exit; end loop; while n < 3 loop n := n + 1; end loop; return n; end $$;
select app.v32();

create function app.v33() returns trigger language plpgsql as $$ declare o record; begin o := old; if tg_op = 'UPDATE' and new.* is distinct from old.* then new.data := to_jsonb(new) - 'data'; end if; if tg_argv[0] = 'x' then null; end if; insert into app.logs (what) values (to_jsonb(old)); return new; end $$;
create trigger v33 before update on app.users for each row execute function app.v33('x');
update app.users set name = name;

create function app.v34() returns int language plpgsql as $$ declare r app.pair; q app.pair; begin r := (1, 2); r := row(3, 4); select 5, 6 into r; select 7 into r.y; q := r; return q.x + r.y; end $$;
select app.v34();

create function app.v35(variadic p_ids int[]) returns int language plpgsql as $$ declare total int := 0; p int; begin foreach p in array p_ids loop total := total + p; end loop; return total + coalesce(array_length(p_ids, 1), 0); end $$;
select app.v35(1,2);

create function app.v36(int, text) returns text language plpgsql as $$ declare x alias for $1; t alias for $2; begin return x || t || $1; end $$;
select app.v36(1,'x');

create function app.v37() returns int language plpgsql as $$ declare v_row app.users%rowtype; v_n int; begin select u.*, 1 as extra into v_row from app.users u; select u.id, u.name from app.users u into v_n; return v_n + v_row.id; end $$;
select app.v37();

create function app.v38() returns jsonb language plpgsql as $$ declare rec record; res jsonb := '[]'; begin for rec in execute 'select 1 as a, ''x'' as b' loop res := res || jsonb_build_object('a', rec.a, 'b', rec.b); end loop; rec := row(1, 2); return res; end $$;
select app.v38();

create function app.v39() returns int language plpgsql as $$ declare i int := 0; begin loop i := i + 1; exit when i > 3; case when i = 1 then continue; when i = 2 then null; else null; end case; end loop; for i in reverse 5..1 by 2 loop null; end loop; return i; end $$;
select app.v39();

create function app.v40() returns text language plpgsql as $$ begin return case when exists (select 1 from app.users) then (select u.name from app.users u order by name limit 1) else 'none' end; end $$;
select app.v40();

create function app.v41() returns void language plpgsql as $$ begin begin insert into app.users (id) values (1); exception when unique_violation then begin null; end; end; if true then begin perform 1; end; else declare q int; begin q := 1; end; end if; end $$;
select app.v41();

create function app.v42(name text) returns int language plpgsql as $$ declare n int; begin select count(*) into n from app.users where users.name = v42.name; return n; end $$;
select app.v42('a');

create function app.v43() returns int language sql as $$ select id from app.users order by id limit 1 $$;
select app.v43();

create function app.v44(id int, who text default null) returns int language sql as $$ select u.id from app.users u where u.id = v44.id and (who is null or u.name = who) $$;
select app.v44(1);

create function app.v45(r app.users) returns text language sql as $$ select r.name || (r.pos).n || ((r.pos).p).x $$;
select app.v45((select u from app.users u limit 1));

create procedure app.v46() language sql as $$ insert into app.logs (what) values ('{}'); update app.users set tags = array['x'] where id = 1; $$;
call app.v46();

create function app.v47() returns event_trigger language plpgsql as $$ declare obj record; begin for obj in select * from pg_event_trigger_ddl_commands() loop raise notice '% %', obj.object_identity, tg_tag; end loop; end $$;

-- since 15
create function app.v48() returns int language plpgsql as $$ declare x int; begin merge into app.users t using (select 1 as id) s on t.id = s.id when matched then update set name = s.id::text when not matched then insert (id) values (s.id); return 1; end $$;
select app.v48();

create function app.v49() returns text language plpgsql as $$ declare begin_at timestamptz := clock_timestamp(); "Odd Name" text := 'x'; "end" int := 1; begin return "Odd Name" || "end" || begin_at; end $$;
select app.v49();

create function app.v50() returns int language plpgsql as $$ declare r record; s record; begin select u into r from app.users u limit 1; select u.pos as pos into s from app.users u; return (r.u).id + ((s.pos).p).x; end $$;
select app.v50();

create function app.v51() returns int language plpgsql as $$ declare lst record; begin select into lst count(*) as n, max(id) as m from app.users; return lst.n + lst.m; end $$;
select app.v51();

-- since 14
create function app.v52() returns int language plpgsql as $$ declare t app.users; begin select * from app.users into t where id = 1; t := app.v01(1); t.tags[1] := 'z'; t.data['k'] := '1'; return t.id; end $$;
select app.v52();

create function app.v53() returns trigger language plpgsql as $$ begin insert into app.logs (what) select to_jsonb(f) from fresh f join stale s using (id) where f.name is distinct from s.name; return null; end $$;
create trigger v53 after update on app.users referencing old table as stale new table as fresh for each statement execute function app.v53();
update app.users set name = name;

create function app.v54() returns table (id int, name text) language plpgsql as $$ begin return query select u.id, u.name from app.users u order by name; return query insert into app.users as u (id) values (70) on conflict on constraint users_pkey do nothing returning u.id, u.name; end $$;
select app.v54();

create function app.v55() returns setof app.pair language plpgsql rows 5 as $$ declare p app.pair; begin p.x := 1; return next p; return next row(1, 2)::app.pair; end $$;
select app.v55();

create function app.v56() returns int language plpgsql as $$
-- which one is meant
#variable_conflict use_column
/* a comment; begin */ <<block>>
declare id int := 3; -- declare x int;
begin
  return (select id from app.users order by id limit 1);
end block; -- the end
$$;
select app.v56();

create function app.v57() returns int language plpgsql as $$ declare n int; begin select case when u.id = 1 then 2 end into n from app.users u where u.id = 1; begin n := case n when 2 then 3 else 4 end; end; return n; end -- no semicolon
$$;
select app.v57();

-- since 14
create function app.v58() returns int[] language plpgsql as $$ declare a int[] := '{1,2,3}'; p app.nest; begin a[2:3] := '{8,9}'; p.p.x := a[2]; return a; end $$;
select app.v58();

create function app.v59() returns int language plpgsql as $$ declare u app.users; n int; t text; begin select * into u from app.users where id = 1; execute 'select $1.id + $2 + length($3)' into n using u, 2::bigint, 'abc'; execute 'select $1.name where $2 is null' into t using u, null; return n; end $$;
select app.v59();

create function app.v60() returns int language plpgsql as $$ begin execute 'create temp table own60 (a int) on commit drop; insert into own60 values (1)'; execute 'delete from app.logs where id = $1; ' using 1; return 1; end $$;
select app.v60();

create function app.v61() returns trigger language plpgsql as $$ begin execute 'select $1.name, $2.id' using new, old; return new; end $$;
create trigger v61 before update on app.users for each row execute function app.v61();
update app.users set name = name;

create function app.v62() returns int language plpgsql as $$ <<outside>> declare r record; begin declare r record; begin select 2 as b into r; select 1 as a into outside.r; perform r.b; end; return r.a; end $$;
select app.v62();

create function app.v63() returns int language plpgsql as $$ declare c refcursor; r record; n int; begin open c for select 1 as a; fetch c into r; n := r.a; close c; open c for select 2 as b; fetch c into r; close c; return n + r.b; end $$;
select app.v63();

create function app.v64(r record) returns int language plpgsql as $$ declare s record; n int; begin s := r; foreach n in array array[1, 2] loop null; end loop; case n when 2, 3 then null; else return r.id; end case; return s.id; end $$;
select app.v64(u) from app.users as u;

create function app.v65(n bigint) returns text language plpgsql as $$ begin case n when 1 then return 'one'; else raise notice '%', n; end case; case lower('A') when 'a' then return 'a'; else null; end case; return null; end $$;
select app.v65(2);

create function app.v66() returns app.pair language plpgsql as $$ declare p app.pair := (1, 2); q app.pair := null; begin if p.x > 1 then return null; end if; return row(1, 2)::app.pair; end $$;
select app.v66();
