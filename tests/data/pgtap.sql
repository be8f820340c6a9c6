-- What the calls in pgtap.yaml are about.
create role app_owner login createdb;
create role app_reader;
create role app_admin superuser;
create role app_writer login;
grant app_owner to app_reader;
create schema ext;
create extension pg_trgm schema ext;
create schema app authorization app_owner;

create type mood as enum ('fine', 'tired');
create domain email as text check (value like '%@%');
create type address as (street text, zip integer);
alter type address owner to app_owner;
create sequence numbers;
alter sequence numbers owner to app_owner;
grant usage on sequence numbers to app_writer;

create function app.secret() returns integer language sql security definer as 'select 1';
create function touch() returns trigger language plpgsql as 'begin return new; end';
create function add(integer, integer) returns integer language sql immutable strict as 'select $1 + $2';
alter function add(integer, integer) owner to app_owner;
revoke execute on function touch() from public;
grant execute on function touch() to app_reader;
create procedure tidy() language sql as 'select 1';
create aggregate longest(text) (sfunc = textcat, stype = text);
create function place() returns bigint language internal window as 'window_row_number';
create function as_number(mood) returns integer language sql immutable as 'select 1';
create cast (mood as integer) with function as_number(mood) as assignment;
create operator |+| (leftarg = integer, rightarg = integer, function = add);
create function half(integer) returns integer language sql immutable as 'select $1 / 2';
create operator |/| (rightarg = integer, function = half);
create operator class own_ops for type integer using hash as operator 1 =, function 1 hashint4(integer);
alter operator class own_ops using hash owner to app_owner;

create table users (
    id bigint constraint users_pkey primary key,
    email text not null default 'nobody@here' constraint email_given check (email <> ''),
    nick text unique,
    boss bigint references users (id),
    town text
);
alter table users owner to app_owner;
create index users_town_idx on users using hash (town);
create unique index users_email_idx on users (email) where nick is not null;
alter table users cluster on users_pkey;
create trigger touch before update on users for each row execute function touch();
create rule keep as on delete to users do instead nothing;
alter table users enable row level security;
create policy own on users for select to app_reader using (true);
grant select, insert on users to app_writer;
grant update (nick) on users to app_writer;

create table visits (day date) partition by range (day);
create table visits_2026 partition of visits for values from ('2026-01-01') to ('2027-01-01');
create table notes (body text);
create table private_notes () inherits (notes);
create table secret_notes () inherits (private_notes);
create view nicks as select id, nick from users;
alter view nicks owner to app_owner;
create materialized view counts as select count(*) from users;
alter materialized view counts owner to app_owner;
create foreign data wrapper files;
grant usage on foreign data wrapper files to app_reader;
create server disk foreign data wrapper files;
grant usage on foreign server disk to app_reader;
create foreign table remote (id bigint) server disk;
alter foreign table remote owner to app_owner;
grant usage on schema app to app_writer;
