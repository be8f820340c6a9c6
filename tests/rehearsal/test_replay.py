"""The replay applies whatever the files themselves apply, and ends up with the same database."""

from pathlib import Path

from pytest_schemaverify.databases import Server, connect, create
from pytest_schemaverify.kinds.contract import Spec
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.migrations.apply import apply_all
from pytest_schemaverify.migrations.read import read as read_directory
from pytest_schemaverify.rehearsal.replay import replay
from pytest_schemaverify.rehearsal.state.diff import diff

ANYTHING = """\
create extension if not exists hstore;
create extension if not exists hstore;
create extension citext with schema public;
alter extension citext update;
create schema app;
create table in_it (id int);
create schema other create table inner_one (id int) create view of_it as select 1 as a;
set search_path = app, public;
create table a (id serial primary key, t text, c citext);
create table b (like a including all);
create table c () inherits (a);
create table d as select 1 as x;
select 2 as y into e;
create temp table f (id int) on commit drop;
create temp view g as select 1 as a;
create unlogged table h (id int);
create table p (id int, at date) partition by range (at);
create table p1 partition of p for values from ('2026-01-01') to ('2027-01-01');
alter table p detach partition p1;
create rule r as on insert to h do instead nothing;
create operator === (leftarg = int, rightarg = int, function = int4eq);
create aggregate total (int) (sfunc = int4pl, stype = int4, initcond = '0');
create collation de (provider = libc, locale = 'C');
create domain positive as int check (value > 0);
alter domain positive add constraint small check (value < 10);
create type pair as (x int, y int);
alter type pair add attribute z int;
create type span as range (subtype = int);
create type mood as enum ('a');
create text search configuration conf (copy = english);
create text search dictionary dict (template = simple);
create statistics st on id, t from a;
create foreign data wrapper fdw;
create server srv foreign data wrapper fdw;
create user mapping for current_user server srv;
create foreign table ft (id int) server srv;
"""
REST = """\
set search_path = app, public;
create function log() returns event_trigger language plpgsql as $$
begin perform 1 from pg_event_trigger_ddl_commands(); end $$;
create event trigger theirs on ddl_command_end execute function log();
create materialized view mv as select 1 as a with no data;
refresh materialized view mv;
comment on column a.t is 'x';
comment on constraint a_pkey on a is 'key';
comment on schema app is 'app';
create publication pub for table a;
alter publication pub add table b;
alter default privileges in schema app grant select on tables to public;
grant usage on schema app to public;
grant select (id) on a to public;
grant execute on all functions in schema app to public;
alter sequence a_id_seq restart with 5 owned by none;
alter table a add column n int default 5, add unique (t);
alter table in_it add column n int generated always as identity;
alter table a rename to aa;
alter table aa set schema public;
alter schema app rename to app2;
drop table public.aa cascade;
drop schema app2 cascade;
drop extension hstore;
lock table public.in_it;
do $$ begin create table in_a_block (id int); exception when others then raise; end $$;
do $$ begin create table tried (id int); raise 'x'; exception when others then null; end $$;
"""
OWN = """\
begin;
savepoint one;
create table gone_again (id int);
rollback to one;
create table kept (id int);
commit;
"""


def test_anything_that_can_be_migrated_can_be_replayed(server: Server, tmp_path: Path) -> None:
    (tmp_path / "001_anything.sql").write_text(ANYTHING)
    (tmp_path / "002_rest.sql").write_text(REST)
    (tmp_path / "003_own.sql").write_text(OWN)
    (tmp_path / "004_alone.sql").write_text("create index concurrently i on public.in_it (id);\n")
    (tmp_path / "005_vacuum.sql").write_text("vacuum;\n")
    files = read_directory(tmp_path).migrations
    dsn = create(server, name="replayed", platform="postgres", extensions={}).dsn
    with connect(dsn, autocommit=True) as connection:
        apply_all(connection, files)
        applied = read(connection)
    rebuilt = replay(server, Spec(), files, tmp_path)
    assert rebuilt.failure == ""
    assert list(diff(applied, rebuilt.catalog)) == []
    block = REST[: REST.index("do $$ begin create table in_a_block")].count("\n") + 1
    places = {
        ".".join(key): (c.path.name, c.line) for (_, key), c in rebuilt.history.changes.items()
    }
    assert places["public.in_a_block"] == ("002_rest.sql", block)
    assert places["public.kept"] == ("003_own.sql", 5)
    assert "public.tried" not in places
    assert "public.gone_again" not in places
    assert places["public.in_it.i"] == ("004_alone.sql", 1)
