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

create function app.v67() returns text language plpgsql as $$ declare m text; c text; t text; n int; begin perform 1 / 0; return ''; exception when sqlstate '22012' or no_data_found then get stacked diagnostics m = message_text, c = pg_exception_context, t = pg_datatype_name; get diagnostics n = row_count; return m || c || t || n; end $$;
select app.v67();

create function app.v68() returns int language plpgsql as $$ declare c scroll cursor (a int, b text) for select u.id, u.name from app.users u where u.id > a or u.name = b; i int; s text; n int; begin open c (b := 'a', a := 0); fetch first from c into i, s; fetch next from c into i, s; move backward 1 from c; fetch relative 0 from c into i, s; move forward all from c; get diagnostics n = row_count; close c; return n; end $$;
select app.v68();

create function app.v69() returns int language plpgsql as $$ declare c cursor for select * from app.users for update; r app.users; n int := 0; begin open c; loop fetch c into r; exit when not found; update app.users set name = r.name where current of c; n := n + 1; end loop; close c; return n; end $$;
select app.v69();

create function app.v70(tab regclass) returns bigint language plpgsql as $$ declare n bigint; r record; begin for r in select a.attname, format_type(a.atttypid, a.atttypmod) as kind from pg_attribute a where a.attrelid = tab and a.attnum > 0 loop raise debug '% %', r.attname, r.kind; end loop; select count(*) into n from pg_index i where i.indrelid = tab; return n; end $$;
select app.v70('app.users');

create function app.v71(out id int, out name text) returns setof record language plpgsql as $$ declare u app.users; begin for u in select * from app.users loop id := u.id; name := u.name; return next; end loop; return; end $$;
select app.v71();

create function app.v72() returns void language plpgsql as $$ begin raise exception 'no % of %', 'a', 2 using errcode = 'unique_violation', hint = 'h', detail = format('%s', 1), column = 'c', constraint = 'k', table = 't', schema = 's', datatype = 'd'; exception when unique_violation then raise warning sqlstate '01000' using message = sqlerrm; end $$;
select app.v72();

create function app.v73(n int) returns int language plpgsql as $$ begin assert n > 0, 'n is ' || n; if n > 5 then raise division_by_zero; elsif n = 4 then raise sqlstate 'U0001'; elseif n = 3 then return 2; else return n; end if; end $$;
select app.v73(1);

create function app.v74(p_json jsonb) returns setof app.users language plpgsql as $$ begin return query select (jsonb_populate_recordset(null::app.users, p_json)).*; return query select x.* from jsonb_populate_recordset(null::app.users, p_json) as x; end $$;
select app.v74('[{"id": 5}]');

create function app.v75() returns app.users language plpgsql as $$ declare r record; begin select * into r from app.users limit 1; return r; end $$;
select app.v75();

create function app.v76() returns setof app.pair language plpgsql as $$ declare r record; begin for r in select 1 as x, 2 as y loop return next r; end loop; return next (3, 4)::app.pair; end $$;
select app.v76();

create function app.v77() returns table (id int, state app.state) language plpgsql as $$ begin select u.id, u.state into id, state from app.users u limit 1; return next; id := 2; state := 'done'; return next; end $$;
select app.v77();

create function app.v78() returns int language plpgsql as $$ declare a int[] := array_fill(0, array[3]); i int := 1; begin a[i] := 4; a[i + 1] := a[i]; a[array_length(a, 1)] = 7; for j in array_lower(a, 1)..array_upper(a, 1) loop i := i + a[j]; end loop; return i; end $$;
select app.v78();

create function app.v79() returns int language plpgsql as $$ declare m int[][] := '{{1,2},{3,4}}'; s int[]; n int := 0; begin foreach s slice 1 in array m loop n := n + s[1]; end loop; return n; end $$;
select app.v79();

create function app.v80(a anyelement) returns anyarray language plpgsql as $$ declare c a%type; l alias for $1; begin c := a; return array[c, l]; end $$;
select app.v80(1), app.v80('x'::text);

create function app.v81(a anyarray, e anyelement) returns int language plpgsql as $$ declare i int := 0; x e%type; begin foreach x in array a loop i := i + 1; if x = e then return i; end if; end loop; return null; end $$;
select app.v81(array[1, 2], 2);

create function app.v82(a anycompatible, b anycompatible) returns anycompatible language plpgsql as $$ begin return case when a > b then a else b end; end $$;
select app.v82(1, 2.5);

create function app.v83(r anyrange) returns anyelement language plpgsql as $$ begin return lower(r); end $$;
select app.v83(int4range(1, 3));

create function app.v84(variadic anyarray) returns int language plpgsql as $$ begin return array_length($1, 1); end $$;
select app.v84(1, 2, 3);

create function app.v85(f text, variadic v anyarray) returns text language plpgsql as $$ begin return f; end $$;
select app.v85('x', 1, 2);

create function app.v86() returns int language plpgsql as $$ declare n int; begin create temporary table pg_temp.own86 (id int, label text); insert into pg_temp.own86 values (1, 'a'); select count(*) into n from pg_temp.own86 o where o.label is not null; drop table pg_temp.own86; return n; end $$;
select app.v86();

create function app.v87() returns int language plpgsql as $$ declare r record; n int := 0; begin create temp table own87 on commit drop as select u.id, u.name from app.users u; for r in select o.id, o.name from own87 o loop n := n + r.id; end loop; update own87 set name = 'x' where id = 1; select id into n from own87 limit 1; return n; end $$;
select app.v87();

create function app.v88(p_table text, p_id int) returns jsonb language plpgsql as $$ declare j jsonb; begin execute 'select to_jsonb(u) from app.users u where u.id = $1 and $2 is not null' into strict j using p_id, p_table; return j; exception when no_data_found then return '{}'; when too_many_rows then raise; end $$;
select app.v88('users', 1);

create procedure app.v89(p_from int, inout p_done int default 0) language plpgsql as $$ declare batch int[]; begin select array_agg(l.id) into batch from app.logs l where l.id > p_from; p_done := coalesce(cardinality(batch), 0); end $$;
call app.v89(1);

create function app.v90() returns trigger language plpgsql as $$ begin case tg_op when 'INSERT' then new.tags := array_append(new.tags, tg_argv[0]); when 'UPDATE' then if new.name <> old.name then new.made := clock_timestamp(); end if; when 'DELETE' then insert into app.logs (what) values (to_jsonb(old.*) || jsonb_build_object('table', tg_table_schema || '.' || tg_table_name, 'when', tg_when, 'level', tg_level, 'args', tg_nargs, 'oid', tg_relid::int, 'n', tg_name)); return old; end case; return new; end $$;
create trigger v90 before insert or update or delete on app.users for each row execute function app.v90('n');
insert into app.users (id) values (90);
delete from app.users where id = 90;

create function app.v91() returns trigger language plpgsql as $$ declare n int; begin if tg_op = 'TRUNCATE' then return null; end if; select count(*) into n from gone91; execute 'insert into app.logs (what) values (jsonb_build_object(''n'', $1))' using n; return null; end $$;
create trigger v91 after delete on app.users referencing old table as gone91 for each statement execute function app.v91();
delete from app.users where id = 4711;

create function app.v92() returns int language plpgsql set search_path = app, pg_temp as $$ declare u users; p pair := (1, 2); begin select * into u from users limit 1; return (v01(u.id)).id + p.x; end $$;
select app.v92();

create function app.v93() returns int language plpgsql set search_path to '' as $$ declare n app.users.id%type; s app.state; begin select u.id, u.state into n, s from app.users as u where u.state = 'open'::app.state limit 1; return n; end $$;
select app.v93();

create function app.v94() returns int language plpgsql as $$ declare r record; n int; begin with gone as (delete from app.logs where id < 0 returning *), kept as (insert into app.logs (what) select g.what from gone g returning id) select count(*) as c, max(k.id) as m into r from kept k; n := r.c; with recursive t (i) as (select 1 union all select i + 1 from t where i < 3) select sum(i) into n from t; return n; end $$;
select app.v94();

create function app.v95() returns text language plpgsql as $$ <<outer_block>> declare x text := 'a'; begin <<rows>> for r in 1..3 loop <<deep>> loop exit rows when r = 2; continue rows when x = 'b'; exit deep; end loop deep; end loop rows; begin x := outer_block.x || 'c'; exit outer_block when false; end; return x; end outer_block $$;
select app.v95();

create function app.v96(a int, b int default 2, c text default null) returns text language plpgsql as $$ begin return concat(a, b, c); end $$;
create function app.v96b() returns text language plpgsql as $$ begin return app.v96(1, c => 'x') || app.v96(a := 1); end $$;
select app.v96b();

create function app.v97() returns date language plpgsql as $$ declare d constant date not null := current_date; i interval := '1 day'; t time := localtime; z timestamptz = d + i; r daterange := daterange(d, d + 7); begin return lower(r) + extract(day from i)::int; end $$;
select app.v97();

create function app.v98() returns uuid language plpgsql as $$ declare i uuid := gen_random_uuid(); b bytea := '\x00'; n name := 'x'; c "char" := 'a'; o oid := 1; v varchar(5) := 'abc'; k char(3) := 'x'; f double precision := 1e3; q numeric(6, 2) := 1.5; e text collate "C" := 'x'; begin return i; end $$;
select app.v98();

create function app.v99(p jsonb) returns int language plpgsql as $$ declare o jsonb; t int := 0; begin for o in select jsonb_array_elements(p -> 'items') loop t := t + (o ->> 'n')::int; end loop; for o in select value from jsonb_array_elements(p #> '{items}') loop t := t + coalesce((o -> 'n')::int, 0); end loop; return t; end $$;
select app.v99('{"items": [{"n": 2}]}');

create function app.v100(variadic k text[] default '{}') returns int language plpgsql as $$ declare w text; n int := 0; begin foreach w in array coalesce(k, '{}') loop n := n + length(w); end loop; return n + cardinality(k); end $$;
select app.v100('a'), app.v100(), app.v100(variadic array['x', 'y']);

create function app.v101() returns int language plpgsql as $$ declare n int; begin perform app.v100('a', 'b'); perform app.v100(variadic array['a']); perform pg_notify('c', app.v96(1)); select app.v100('q') into n; return n; end $$;
select app.v101();

create function app.v102() returns event_trigger language plpgsql as $$ declare r record; begin for r in select * from pg_event_trigger_dropped_objects() loop if r.object_type = 'table' and r.schema_name = 'app' then raise notice '% %', tg_event, r.object_identity; end if; end loop; end $$;

create function app.v103() returns setof app.users language plpgsql as $$ begin return query execute $q$ select u.* from app.users u where u.id = any ($1) $q$ using array[1]; end $$;
select app.v103();

create function app.v104() returns bool language plpgsql as $$ begin perform 1 from app.users where id = 1; if not found then return false; end if; update app.users set tags = '{}' where id = 1; return found; end $$;
select app.v104();

create function app.v105() returns app.nest language plpgsql as $$ declare n app.nest; p app.pair; begin p.x := 1; n.p := p; n.n := 'x'; n := row(row(1, 2)::app.pair, 'y'); n := (p, 'z'); return n; end $$;
select app.v105();

create function app.v106() returns int language plpgsql as $$ declare u app.users[]; p app.pair[]; s app.state[] := '{open,done}'; begin u := array(select x from app.users x); p := array[row(1, 2)::app.pair, (3, 4)::app.pair]; p[1] := (5, 6); return p[2].x + coalesce(u[1].id, 0) + cardinality(s); end $$;
select app.v106();

create function app.v107() returns int language plpgsql as $$ declare c1 refcursor; c2 refcursor := 'named'; r record; begin open c1 scroll for execute 'select id from app.users where id > $1' using 0; fetch last from c1 into r; close c1; open c2 no scroll for select 1 as a; fetch c2 into r; close c2; return 1; end $$;
select app.v107();

create function app.v108(c refcursor) returns refcursor language plpgsql as $$ begin open c for select u.id from app.users u; return c; end $$;
select app.v108('x');

create function app.v109() returns int language plpgsql as $$ declare n int; begin insert into app.users (id, name, state, pos) values (109, 'q', 'done', row(row(1, 2), 'x')::app.nest) on conflict (id) do update set (name, state) = (excluded.name, excluded.state), pos = excluded.pos returning (pos).p.x into n; return n; end $$;
select app.v109();

create function app.v110() returns text[] language plpgsql as $$ declare a text[]; begin a := a || 'x'::text; a := a || array['y']; a := array_append(a, 'z'); a := array_remove(a, null); a := '{}'; return a; end $$;
select app.v110();

create function app.v111() returns numeric language plpgsql as $$ declare avg_n numeric; n int; p float8; begin select count(*) filter (where u.state = 'open'), avg(u.id), percentile_cont(0.5) within group (order by u.id) into n, avg_n, p from app.users u; select row_number() over w, sum(id) over w into n, avg_n from app.users window w as (partition by state order by id); return avg_n; end $$;
select app.v111();

create function app.v112() returns int language plpgsql as $$ declare i int; begin select into i id from app.users order by id limit 1; select id from app.users into i; insert into app.users (id) values (112) returning id into strict i; return i; end $$;
select app.v112();

create function app.v113() returns text language plpgsql as $$ declare v text; w varchar; k int := '5'; b bool := 'yes'; n numeric; begin v := 5; w := now(); n := '1.5'; v := k || ' of ' || n; b := 1; return v; end $$;
select app.v113();

create function app.v114() returns xml language plpgsql as $$ declare t timestamptz; d date; begin t := '2020-01-01'; d := now(); d := t; t := d; return null; end $$;
select app.v114();

create function app.v115() returns record language plpgsql as $$ declare r record; begin select 1 as a, 'x'::text as b into r; return r; end $$;
select * from app.v115() as (a int, b text);

create function app.v116() returns setof text language plpgsql as $$ declare t text; begin for t in execute 'select name from app.users' loop return next t; end loop; return next null; return query values ('x'), ('y'); end $$;
select app.v116();

create function app.v117(n int) returns int language plpgsql as $$ begin return case n when 0 then 1 else n * app.v117(n - 1) end; end $$;
select app.v117(3);

create function app.v118(p_id int) returns app.users language sql stable as $$ select * from app.users where id = $1 order by made desc limit 1 $$;
select app.v118(1);

create function app.v119(a app.pair, out total int, out other text) language sql as $$ select a.x + (a).y, 'x' $$;
select app.v119((1, 2));

create function app.v120() returns table (id int, n bigint) language sql as $$ select u.id, count(l.*) from app.users u left join app.logs l on true group by u.id order by 2 desc, id $$;
select app.v120();

create function app.v121(variadic int[]) returns bigint language sql as $$ select sum(x) from unnest($1) as x $$;
select app.v121(1, 2);

create function app.v122(a anyarray) returns anyelement language sql as $$ select a[1] $$;
select app.v122(array['x']);

create function app.v123() returns void language sql as $$ create temp table if not exists own123 (a int); select null::void $$;
select app.v123();

-- since 14
create function app.v124(a int, b int) returns int language sql begin atomic select a + b; end;
select app.v124(1, 2);

-- since 14
create function app.v125(j jsonb) returns jsonb language plpgsql as $$ declare d jsonb := '{}'; begin d['a'] := to_jsonb(1); d['b']['c'] := '"x"'; return d || jsonb_build_object('t', j['x'], 'k', d['a']); end $$;
select app.v125('{"x": 1}');

-- since 14
create procedure app.v126(out n int, in k int) language plpgsql as $$ begin n := k + 1; end $$;
create function app.v126b() returns int language plpgsql as $$ declare x int; begin call app.v126(x, 1); return x; end $$;
select app.v126b();

create function app.v127(p_name text, p_tags text[] default array[]::text[], p_state app.state default 'open') returns app.users language plpgsql security definer set search_path = app as $$ declare made users; begin insert into users (id, name, tags, state) values (127, p_name, p_tags, p_state) returning * into made; return made; end $$;
select app.v127('n');

create function app.v128() returns int language plpgsql as $$ declare r record; total int := 0; begin for r in (select id, 1 as one from app.users union all select 2, 3) loop total := total + r.id + r.one; end loop; for r in values (1, 'a'), (2, 'b') loop total := total + r.column1; end loop; for r in insert into app.logs (what) values ('{}') returning id, what loop total := total + length(r.what::text); end loop; return total; end $$;
select app.v128();

create function app.v131() returns int language plpgsql as $$ begin lock table only app.users in row exclusive mode nowait; perform pg_advisory_xact_lock(hashtext('x')); set constraints all deferred; reset work_mem; listen chan; unlisten *; return txid_current() % 1; end $$;
select app.v131();

create function app.v132() returns int language plpgsql as $$ declare "Total Sum" int := 0; _x$y int := 1; "select" text := 'q'; begin "Total Sum" := "Total Sum" + _x$y + length("select"); return "Total Sum"; end $$;
select app.v132();

create function app.v133("userId" int, "user" text default 'x') returns int language plpgsql as $$ begin return "userId" + length("user") + (select count(*) from app.users u where u.name = v133."user"); end $$;
select app.v133(1);

create function app.v134() returns table (day timestamptz, name text, n bigint) language plpgsql as $$ begin return query select date_trunc('day', u.made) as day, u.name, count(*) from app.users u group by u.name, day order by day; return query select date_trunc('day', u.made) as day, 'x'::text as name, count(*) from app.users u group by day; end $$;
select app.v134();

create function app.v135() returns setof app.pair language plpgsql as $$ declare r record; p app.pair; q app.nest; begin select u.id as x, 2 as y into r from app.users u limit 1; return next r; select 1, 2 into p; return next p; q.p := p; return next q.p; return next null; return; end $$;
select app.v135();

create function app.v136() returns app.users language plpgsql as $$ declare u app.users; r record; begin select * into strict u from app.users where id = 1; if u.id = 1 then return u; end if; for r in select * from app.users loop return r; end loop; return null; end $$;
select app.v136();

create function app.v137() returns numeric language plpgsql as $$ declare b boolean := 1; m numeric(6, 2) := 5; t text := 7; v varchar(9) := true; i interval := 5; j jsonb := 1; n int not null := 0; d double precision := 2; a int[] := null; begin if 1 then n := 3; end if; while 'false' loop null; end loop; m := t; return '1.5'; end $$;
select app.v137();

create function app.v138() returns trigger language plpgsql as $$ declare d interval; begin d := new.ends - new.begins; new.label := new.meta ->> 'x'; perform app.v01(new.id); return new; end $$;

create function app.v139() returns int language plpgsql as $$ declare n int; r record; v int := 3; begin create temp table own139 (id serial primary key, "Odd" numeric(5, 2)[], kind app.state default 'open', like app.pair) on commit drop; insert into own139 ("Odd", x) values (array[1.5], 2) returning id into n; for r in select o.id, o."Odd"[1] as odd, o.kind, o.y from own139 o where o.x < v for update loop n := r.id; end loop; delete from own139 o using app.users u where o.x = u.id and o.ctid is not null; perform o.ctid, o.tableoid from own139 o; create temp table next139 as with a as (select * from own139) select a.x + v as z, 'q' as label from a; update next139 set z = z + 1 where label = 'q'; insert into app.logs (what) select to_jsonb(m) from next139 m; create temp table third139 as select m.z from next139 m; perform t.z from third139 t join next139 m using (z); drop table next139, third139; return n; end $$;
select app.v139();

create function app.v140() returns int language plpgsql as $$ declare n int; begin create temp table users on commit drop as select 7 as own, 'x' as name; select own into n from users; insert into users (own) values (8); alter table users add column late int; update users set late = 2; perform late from users; return n; end $$;
select app.v140();

create function app.v141(p boolean) returns int language plpgsql as $$ declare n int; begin if p then create temp table own141 (a int) on commit drop; else create temp table own141 (b int) on commit drop; end if; if p then select a into n from own141; else select b into n from own141; end if; begin declare w int := 1; begin create temp table deep141 on commit drop as select w as c, w::text as d; end; end; select c into n from deep141 where d = '1'; return n; end $$;
select app.v141(true);
