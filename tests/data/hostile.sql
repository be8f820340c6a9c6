-- Something of every kind that a file of expectations can name, functions that do what no rollback undoes, and a table in which to write.
create extension vector;
create role reader nologin;
create role member nologin;
grant reader to member;
alter role member set work_mem = '8MB';
create schema app;
create table w (t text);
create sequence ids;
select lo_create(7);

create function outside() returns int volatile language plpgsql as
$$ begin copy (select 1) to program 'cat > FOLDER/outside'; return 1; end $$;
create domain leaky as text check (outside() is not null);

create domain positive as int default 5 constraint positive_check check (value > 0);
create type mood as enum ('sad', 'ok');
create type pair as (a int, b text);
create type span as range (subtype = float8);
create table teams (id int primary key, name text collate "C");
create table users (
  id int primary key,
  email text not null default 'nobody' constraint email_check check (email <> ''),
  team int references teams (id),
  age positive,
  mood mood default 'ok',
  full_name text generated always as (email || '!') stored,
  embedding vector(3),
  constraint users_email_key unique (email),
  constraint users_span exclude using gist (numrange(id, id + 1) with &&) where (id > 0)
);
comment on table users is 'people';
insert into teams values (1, 'one');
insert into users (id, email, team, embedding)
select n, 'u' || n, 1, array[n, n % 7, n % 3]::vector from generate_series(1, 60) as n;
create index users_team_idx on users (lower(email), team) where team > 0;
create index users_embedding_idx on users using hnsw (embedding vector_l2_ops);
create statistics users_stats (dependencies) on team, email from users;
alter table users enable row level security;
create policy own on users for select to reader using (email = current_user) ;
create policy write on users for insert to reader with check (email = current_user);
create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger touched before update on users for each row when (old.email <> new.email) execute function touch();
create rule kept as on delete to users where old.id = 1 do instead nothing;
create view addresses as select id, email from users where id > 0;
create rule kept as on insert to addresses do instead nothing;
create trigger touched instead of update on addresses for each row execute function touch();
create materialized view totals as select team, count(*) as n from users group by team;
create unique index totals_team_idx on totals (team);
create table events (at date, name text) partition by range (at);
create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');
create function find(query vector, most int default 5) returns setof users stable language sql
set search_path = public as $$ select * from users order by embedding <-> query limit most $$;
create aggregate summed(int) (sfunc = int4pl, stype = int, initcond = '0');
create function equal(a int, b int) returns boolean immutable language sql as 'select a = b';
create operator === (leftarg = int, rightarg = int, function = equal);
create operator class whole for type int using btree as operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 btint4cmp(int, int);
create cast (pair as text) with inout;
create function fired() returns event_trigger language plpgsql as $$ begin end $$;
create event trigger watched on ddl_command_end when tag in ('CREATE TABLE') execute function fired();
alter event trigger watched disable;
create foreign data wrapper remote options (debug 'true');
create server warehouse type 'kind' version '1' foreign data wrapper remote options (host 'nowhere');
create user mapping for reader server warehouse options ("user" 'x');
create foreign table orders (id int) server warehouse options (table_name 'orders');
create publication news for table users (id, email) where (id > 5);
create subscription feed connection 'host=/nowhere' publication news with (connect = false, enabled = false, slot_name = none);
grant select (email), update on users to reader;
grant usage on schema app to reader;
alter default privileges in schema app grant select on tables to reader;
alter default privileges grant select on tables to reader;
create table schema_migrations (version text primary key, name text, checksum text, applied_at timestamptz default now());
insert into schema_migrations (version) values ('001');
