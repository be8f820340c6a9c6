"""Fixes are put into an order in which they can be run."""

import random
from time import process_time

import pytest

from pytest_schemaverify.kinds import KINDS, kind_of
from pytest_schemaverify.reports.fix_order import ORDER, alone, label, ordered, place_of

PARTS = {
    "ranges": "create type a as range (subtype = int)",
    "domain_checks": "alter domain a add constraint b check (true)",
    "partitions": "create table a partition of b default",
    "columns": "alter table a add column b int",
    "not_null": "alter table a add constraint b not null c",
    "constraints": "alter table a add constraint b unique (c)",
    "primary_key": "alter table a add primary key (b)",
    "unique_constraints": "alter table a add unique (b)",
    "checks": "alter table a add constraint b check (true)",
    "exclusions": "alter table a add constraint b exclude using gist (c with &&)",
    "foreign_keys": "alter table a add constraint b foreign key (c) references d",
    "rls": "alter table a enable row level security",
    "statistics": "create statistics a on b, c from d",
    "rewrite_rules": "create rule a as on insert to b do nothing",
    "wrappers": "create foreign data wrapper a",
    "foreign_servers": "create server a foreign data wrapper b",
    "published_tables": "alter publication a add table b",
    "memberships": "grant a to b",
    "grants": "grant select on a to b",
    "parameters": "grant set on parameter a to b",
    "privileges": "grant select (c) on table a to b",
    "default_privileges": "alter default privileges grant select on tables to a",
    "default_grants": "alter default privileges grant select on tables to a",
    "schema_defaults": "alter default privileges in schema a revoke all on tables from b",
}
"""A statement about each kind that is no object with a `create` of its own."""
RUNNING = (
    "alter publication p drop tables in schema app;",
    "drop policy p on t;",
    "alter table t drop constraint c;",
    "drop table old;",
    "create schema app;",
    "create role reader;",
    "create type app.state as enum ('a');",
    "create sequence app.numbers;",
    "create table app.notes (id int);",
    "alter table app.notes add column b int;\ncomment on column app.notes.b is 'x; y';",
    "alter sequence app.numbers owned by app.notes.id;",
    "create or replace function app.f() returns int language sql as 'select 1';",
    "alter table app.notes add constraint pk primary key (id);",
    "create view app.v as select 1;",
    "create unique index on app.notes (b);",
    'alter table "Odd name"."t 2"\n  drop constraint c,\n  add constraint c check (b > 0);',
    "alter table app.notes add foreign key (b) references app.notes;",
    "alter table app.notes validate constraint c;",
    "create trigger t after insert on app.notes execute function app.f();",
    "alter table app.notes disable trigger t;",
    "alter table app.notes enable row level security;",
    "drop policy q on t;\ncreate policy q on app.notes using (true);",
    "alter publication p drop table t;\nalter publication p add table t where (a > 0);",
    "alter table app.notes owner to reader;",
    "grant select on app.notes to reader;",
    "do 'begin end';",
    "comment on table app.notes is 'create table, owner to reader';",
)


def test_each_kind_has_a_place() -> None:
    others = [name for name, _ in ORDER].index("others")
    for kind in KINDS:
        statement = PARTS.get(kind) or f"create {kind_of(kind).noun} a"
        assert place_of(statement) != others, statement


@pytest.mark.parametrize("seed", range(3))
def test_what_others_need_comes_first(seed: int) -> None:
    shuffled = random.Random(seed).sample(RUNNING, len(RUNNING))
    assert ordered(shuffled) == [*RUNNING]


def test_a_fix_is_made_once() -> None:
    whole = "drop index i;\ncreate index i on t (a);\ncomment on index i is 'x';"
    part = "create index i on t (a);"
    assert ordered([part, whole, part, "create index j on t (a);"]) == [
        whole, "create index j on t (a);",
    ]  # fmt: skip
    assert ordered([part, "create index i on t (A);"]) == [part, "create index i on t (A);"]


@pytest.mark.parametrize(
    "fix",
    [
        "create index concurrently i on t (a);",
        "-- locks: t\nCREATE  UNIQUE INDEX CONCURRENTLY i ON t (a);",
        "drop index concurrently i;",
        "reindex index concurrently i;",
        "reindex (verbose) table concurrently t;",
        "create database d;",
        "drop tablespace t;",
        "create subscription s connection '' publication p;",
        "alter system set work_mem = 1;",
        'alter database "my d" set tablespace t;',
        "alter table t detach partition p concurrently;",
        "alter subscription s refresh publication;",
    ],
)
def test_what_cannot_be_in_a_transaction_is_known(fix: str) -> None:
    assert alone(fix)


@pytest.mark.parametrize(
    "fix",
    [
        "create index i on t (a);",
        "create index concurrently_made on t (a);",
        "comment on index i is 'create index concurrently i';",
        "alter database d set work_mem = '1MB';",
        "alter table t detach partition p;",
        "reindex index i;",
        "alter subscription s disable;",
    ],
)
def test_what_can_be_in_one_is_no_exception(fix: str) -> None:
    assert not alone(fix)


def test_a_new_value_of_an_enum_is_known() -> None:
    assert label("alter type public.state add value 'done' after 'open';")
    assert not label("alter type public.state rename value 'done' to 'closed';")


def test_what_is_dropped_is_changed_no_more() -> None:
    drop, revoke = "drop function f(text);", "revoke execute on function f(text) from public;"
    other = "revoke execute on function f(text, int) from public;"
    again = "drop function g();\ncreate function g() returns int language sql as 'select 1';"
    assert ordered([revoke, other, drop]) == [drop, other]
    assert ordered([again, other]) == [again, other]


def test_a_long_name_takes_no_time() -> None:
    began = process_time()
    long = "alter table " + ".".join(["a_name_of_many_letters" * 20] * 2)
    assert ordered([f"{long} who knows what;", f"{long} add column a int;"])[0].endswith("a int;")
    assert process_time() - began < 2
