"""What two states of a database are compared by: every kind of change is seen, and named."""

from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from pytest_schemaverify.rehearsal.state import Change, State, differences, state

SCHEMA = """
create schema app;
create type app.mood as enum ('good', 'bad');
create domain app.short as text check (length(value) < 9);
create table app.users (
  id bigint generated always as identity primary key,
  name text not null default 'x', mood app.mood, constraint named check (name <> '')
);
create table app.notes (id serial primary key, user_id bigint references app.users, body text);
create index notes_body_idx on app.notes (body);
create index users_lower on app.users (lower(name));
create type app.pair as (a int, b text);
create table app.pairs of app.pair;
create function app.one(n int default 1) returns int language sql stable as 'select n';
create function app.touch() returns trigger language plpgsql as 'begin return new; end';
create trigger touch before update on app.notes for each row execute function app.touch();
create policy own on app.notes for select using (true);
create view app.names as select name from app.users;
create materialized view app.counted as select count(*) from app.users;
create publication changes for table app.users;
create operator app.=== (leftarg = int, rightarg = int, function = int4eq);
create operator family app.fam using btree;
create operator class app.cls for type int using hash as operator 1 =;
create type app.inches as (n int);
create function app.inches(int) returns app.inches language sql as 'select row($1)::app.inches';
create cast (int as app.inches) with function app.inches(int);
create collation app.plain (provider = libc, locale = 'C');
create conversion app.conv for 'UTF8' to 'LATIN1' from utf8_to_iso8859_1;
create text search configuration app.conf (copy = pg_catalog.english);
create text search dictionary app.dict (template = simple, accept = false);
create access method heap2 type table handler heap_tableam_handler;
create function app.log() returns event_trigger language plpgsql as 'begin end';
create event trigger log on ddl_command_end execute function app.log();
create foreign data wrapper far;
create server away foreign data wrapper far;
create foreign table app.remote (id int) server away;
create user mapping for public server away options (user 'ann', password 'first');
create subscription inbound connection 'host=/nowhere password=first' publication p
  with (connect = false, slot_name = none, enabled = false);
create extension fuzzystrmatch schema app;
create extension pgmq;
alter table app.users add constraint once unique (name) deferrable;
select lo_from_bytea(0, 'x');
insert into app.users (name) values ('a'), ('b');
insert into app.notes (user_id, body) values (1, 'x'), (2, 'y');
"""

CHANGES = {
    "alter table app.users add column age int": "column app.users.age",
    "alter table app.users alter name drop not null": "column app.users.name",
    "alter table app.users alter name set default 'y'": "column app.users.name",
    "alter table app.notes alter body type varchar(80)": "column app.notes.body",
    "alter table app.users drop constraint named": "constraint app.users.named",
    "alter table app.notes drop constraint notes_user_id_fkey": "constraint app.notes.notes_us",
    "alter index app.notes_body_idx rename to other": "index app.notes.notes_body_idx",
    "drop index app.notes_body_idx; create index notes_body_idx on app.notes (body desc)": "index ",
    "alter policy own on app.notes using (false)": "policy app.notes.own",
    "drop policy own on app.notes": "policy app.notes.own",
    "alter table app.notes enable row level security": "table app.notes",
    "alter table app.notes force row level security": "table app.notes",
    "grant select on app.users to pg_monitor": "table app.users",
    "grant select (name) on app.users to pg_monitor": "column app.users.name",
    "grant select (ctid) on app.users to pg_monitor": "system column app.users.ctid",
    "grant usage on schema app to pg_monitor": "schema app",
    "revoke execute on function app.one from public": "function app.one(integer)",
    "grant usage on sequence app.notes_id_seq to pg_monitor": "sequence app.notes_id_seq",
    "grant usage on type app.mood to pg_monitor": "type app.mood",
    "alter default privileges in schema app grant select on tables to pg_monitor": "default priv",
    "create or replace function app.one(n int default 1) returns int language sql stable "
    "as 'select n + 1'": "function app.one(integer)",
    "create or replace function app.one(n int default 2) returns int language sql stable "
    "as 'select n'": "function app.one(integer)",
    "alter function app.one security definer": "function app.one(integer)",
    "alter function app.one set search_path = ''": "function app.one(integer)",
    "alter trigger touch on app.notes rename to touched": "trigger app.notes.touch",
    "alter table app.notes disable trigger touch": "trigger app.notes.touch",
    "comment on table app.users is 'x'": "table app.users",
    "comment on column app.users.name is 'x'": "column app.users.name",
    "comment on function app.one is 'x'": "function app.one(integer)",
    "comment on index app.notes_body_idx is 'x'": "index app.notes.notes_body_idx",
    "comment on policy own on app.notes is 'x'": "policy app.notes.own",
    "comment on trigger touch on app.notes is 'x'": "trigger app.notes.touch",
    "comment on constraint named on app.users is 'x'": "constraint app.users.named",
    "comment on schema app is 'x'": "schema app",
    "comment on type app.mood is 'x'": "type app.mood",
    "alter table app.users owner to pg_monitor": "table app.users",
    "alter function app.one owner to pg_monitor": "function app.one(integer)",
    "alter schema app owner to pg_monitor": "schema app",
    "alter type app.mood owner to pg_monitor": "type app.mood",
    "alter view app.names owner to pg_monitor": "view app.names",
    "create or replace view app.names as select upper(name) as name from app.users": "view app.nam",
    "alter view app.names set (security_invoker = true)": "view app.names",
    "drop materialized view app.counted": "view app.counted",
    "alter type app.mood add value 'odd'": "type app.mood",
    "alter domain app.short set default 'x'": "type app.short",
    "alter sequence app.notes_id_seq increment 2": "sequence app.notes_id_seq",
    "alter publication changes add table app.notes": "published table changes.app.notes",
    "create extension pg_trgm": "extension pg_trgm",
    "create schema other": "schema other",
    "drop table app.notes": "table app.notes",
    "insert into app.users (name) values ('c')": "rows of app.users",
    "update app.users set name = 'c' where name = 'a'": "rows of app.users",
    "update app.users set name = case name when 'a' then 'b' else 'a' end": "rows of app.users",
    "delete from app.notes": "rows of app.notes",
    "insert into app.users (name) values ('d'); refresh materialized view app.counted; "
    "delete from app.users where name = 'd'": "rows of app.counted",
    "alter operator app.=== (int, int) set (restrict = eqsel)": "operator app.===(integer,integer)",
    "drop operator app.=== (int, int)": "operator app.===(integer,integer)",
    "alter operator app.=== (int, int) owner to pg_monitor": "operator app.===(integer,integer)",
    "comment on operator app.=== (int, int) is 'x'": "operator app.===(integer,integer)",
    "alter operator family app.fam using btree add operator 1 < (int, int)": "operator family app",
    "alter operator class app.cls using hash rename to other": "operator class app.cls using hash",
    "drop cast (int as app.inches)": "cast integer as app.inches",
    "drop cast (int as app.inches); create cast (int as app.inches) "
    "with function app.inches(int) as implicit": "cast integer as app.inches",
    "drop collation app.plain; create collation app.plain "
    "(provider = libc, locale = 'POSIX')": "collation app.plain",
    "alter conversion app.conv rename to other": "conversion app.conv",
    "alter text search configuration app.conf drop mapping for url": "text search config",
    "alter text search dictionary app.dict (accept = true)": "text search dictionary app.dict",
    "drop access method heap2": "access method heap2",
    "select lo_from_bytea(0, 'y')": "large objects",
    "select lo_put(oid, 0, 'z') from pg_largeobject_metadata": "large objects",
    "select lo_unlink(oid) from pg_largeobject_metadata": "large objects",
    "alter database changed set work_mem = '8MB'": "setting work_mem of the database",
    "create rule silent as on delete to app.notes do instead nothing": "rule app.notes.silent",
    "alter table app.notes alter body set storage external": "column app.notes.body",
    "alter table app.notes alter body set statistics 500": "column app.notes.body",
    "alter table app.notes replica identity full": "table app.notes",
    "cluster app.notes using notes_pkey": "index app.notes.notes_pkey",
    "comment on sequence app.notes_id_seq is 'x'": "sequence app.notes_id_seq",
    "create statistics app.both on user_id, body from app.notes": "statistics app.notes.",
    "alter domain app.short drop constraint short_check": "domain check app.short",
    "create function app.ev() returns event_trigger language plpgsql as 'begin end'; "
    "create event trigger watch on ddl_command_end execute function app.ev()": "event trigger w",
    "alter publication changes owner to pg_monitor": "publication changes",
    "alter event trigger log disable": "event trigger log",
    "alter foreign data wrapper far options (add a 'b')": "foreign data wrapper far",
    "alter server away options (add host 'x')": "server away",
    "create user mapping for pg_monitor server away": "user mapping away",
    "alter foreign table app.remote options (add a 'b')": "foreign table app.remote",
    "alter foreign table app.remote alter id options (column_name 'b')": "options of column app.re",
    "alter table app.pairs not of": "table app.pairs",
    "alter index app.users_lower alter column 1 set statistics 9": "statistics target of column 1 ",
    "refresh materialized view app.counted with no data": "rows of app.counted",
    "insert into pgmq.meta (queue_name, is_partitioned, is_unlogged) "
    "values ('q', false, false)": "rows of pgmq.meta",
    "alter user mapping for public server away options (set password 'x')": "user mapping away.pub",
    "alter user mapping for public server away options (drop user)": "user mapping away.public",
    "alter subscription inbound connection 'host=/nowhere password=other'": "subscription inbound",
    "alter subscription inbound set (synchronous_commit = local)": "subscription inbound",
    "alter subscription inbound set publication q with (refresh = false)": "subscription inbound",
    "comment on subscription inbound is 'x'": "subscription inbound",
    "drop subscription inbound": "subscription inbound",
    "alter table app.notes disable trigger all": "constraint app.notes.notes_user_id_fkey",
    "alter table app.users disable trigger all": "constraint app.notes.notes_user_id_fkey",
    "update pg_trigger set tgenabled = 'A' "
    "where tgrelid = 'app.notes'::regclass and tgisinternal": "constraint app.notes.notes_user",
    "update pg_trigger set tgenabled = 'D' "
    "where tgname like 'Unique_ConstraintTrigger%'": "constraint app.users.once",
    "comment on schema public is 'x'": "schema public",
    "comment on language plpgsql is 'x'": "comment on language plpgsql",
    "grant execute on function app.soundex(text) to pg_monitor": "privileges of pg_monitor on func",
    "revoke execute on function app.soundex(text) from public": "privileges of public on function ",
    "grant execute on function app.soundex(text) to pg_monitor "
    "with grant option": "privileges of pg_monitor on function app.soundex(text)",
    "grant select on pg_catalog.pg_authid to pg_monitor": "privileges of pg_monitor on table ",
    "grant select (subconninfo) on pg_subscription "
    "to pg_monitor": "privileges of pg_monitor on column subconninfo of ",
    "revoke execute on function pg_catalog.version() from public": "privileges of public on funct",
    "alter function app.soundex(text) security definer": "function app.soundex(text)",
    "alter function app.soundex(text) set search_path = app": "function app.soundex(text)",
    "alter table pgmq.meta enable row level security": "table pgmq.meta",
    "create policy own on pgmq.meta using (true)": "table pgmq.meta",
    "create index on pgmq.meta (created_at)": "table pgmq.meta",
    "comment on extension fuzzystrmatch is 'x'": "extension fuzzystrmatch",
    "comment on function app.soundex(text) is 'x'": "comment on function app.soundex(text)",
    "update pg_extension set extowner = 'pg_monitor'::regrole "
    "where extname = 'fuzzystrmatch'": "extension fuzzystrmatch",
    "grant usage on language plpgsql to pg_monitor": "privileges of pg_monitor on language plpgsql",
}
SINCE_18 = {
    "alter table app.users alter constraint users_name_not_null no inherit": "column app.users.n",
    "alter table app.users rename constraint users_name_not_null to renamed": "column app.users.n",
    "comment on constraint users_name_not_null on app.users is 'x'": "column app.users.name",
    "alter table app.users alter name drop not null, add constraint users_name_not_null "
    "not null name not valid": "column app.users.name",
}
TOLERATED = {
    "the order of columns": "alter table app.notes drop body; alter table app.notes add body text;"
    "update app.notes set body = case id when 1 then 'x' else 'y' end;"
    "create index notes_body_idx on app.notes (body)",
    "the values of sequences": "select nextval('app.notes_id_seq')",
    "the order of rows": "update app.notes set body = body where id = 1",
    "statistics": "analyze app.notes",
}


Before = tuple[Connection[Any], State]
"""A connection to the database, and the state before each change."""


@pytest.fixture(scope="module")
def changed(server: Server) -> Iterator[Before]:
    built = databases.create(server, name="changed", platform="postgres", extensions={})
    with databases.connect(built.dsn, autocommit=True) as connection:
        connection.execute(SCHEMA.encode())
        yield connection, state(connection)
    databases.drop(server, "changed")


def found(changed: Before, *statements: str) -> list[Change]:
    """Return what differs in a transaction with the statements; it is rolled back."""
    connection, before = changed
    with connection.transaction(force_rollback=True):
        for statement in statements:
            connection.execute(statement.encode())
        return list(differences(before, state(connection)))


def subjects_of(changed: Before, statement: str) -> list[str]:
    return [change.subject for change in found(changed, statement)]


def test_without_a_change_nothing_differs(changed: Before) -> None:
    assert found(changed) == []


@pytest.mark.parametrize("statement", CHANGES)
def test_a_change_is_seen_and_named(changed: Before, statement: str) -> None:
    subjects = subjects_of(changed, statement)
    assert any(subject.startswith(CHANGES[statement]) for subject in subjects), subjects


@pytest.mark.parametrize("statement", SINCE_18)
def test_what_only_a_newer_server_knows_is_seen_there(changed: Before, statement: str) -> None:
    if changed[0].info.server_version < 180000:
        pytest.skip("a NOT NULL constraint has a name since PostgreSQL 18")
    subjects = subjects_of(changed, statement)
    assert [subject.startswith(SINCE_18[statement]) for subject in subjects] == [True], subjects


def test_a_login_that_changes_is_told_and_not_shown(changed: Before) -> None:
    statements = (
        "alter user mapping for public server away options (set password 'Zsecret')",
        "alter subscription inbound connection 'host=/nowhere password=Zsecret'",
    )
    said = str(found(changed, *statements))
    assert said.count("with another value") == 2
    assert "first" not in said
    assert "Zsecret" not in said


@pytest.mark.parametrize("statement", TOLERATED.values(), ids=TOLERATED)
def test_what_a_rollback_cannot_restore_is_tolerated(changed: Before, statement: str) -> None:
    assert subjects_of(changed, statement) == []
