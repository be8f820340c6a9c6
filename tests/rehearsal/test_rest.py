"""What no comparison by kind knows is told all the same, and what comes back is as it was."""

from collections.abc import Iterator

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.rehearsal.state import differences, state
from tests.rehearsal.test_state import SCHEMA

OTHERS = """
create function app.less(int, numeric) returns bool language sql immutable as 'select $1 < $2';
create operator app.<<< (leftarg = int, rightarg = numeric, function = app.less);
create table app.logs (id int, at date not null, primary key (id, at)) partition by range (at);
create table app.logs_1 partition of app.logs for values from ('2030-01-01') to ('2030-02-01');
create table app.logs_2 (id int, at date not null, primary key (id, at));
create extension pg_trgm schema app;
create aggregate app.total(int) (sfunc = int4pl, stype = int);
create table app.above (a int);
create table app.kid () inherits (app.above);
create table app.odd (a int) using heap2;
"""
UNKNOWN = {
    "alter language plpgsql owner to pg_monitor": (
        "plpgsql, in the catalog pg_language", "1 row", "1 row, not as before",
    ),
    "alter operator class app.gin_trgm_ops using gin owner to pg_monitor": (
        "gin_trgm_ops, in the catalog pg_opclass", "1 row", "1 row, not as before",
    ),
    "alter function pg_catalog.now() owner to pg_monitor": (
        "now, in the catalog pg_proc", "1 row", "1 row, not as before",
    ),
    "alter schema information_schema owner to pg_monitor": (
        "information_schema, in the catalog pg_namespace", "1 row", "1 row, not as before",
    ),
    "comment on function pg_catalog.now() is 'x'": (
        "comments on rows of pg_proc, in the catalog pg_description", None, None,
    ),
    "alter function pg_catalog.now() security definer": (
        "now, in the catalog pg_proc", "1 row", "1 row, not as before",
    ),
    "alter table pgmq.meta replica identity full": (
        "meta, in the catalog pg_class", "1 row", "1 row, not as before",
    ),
}  # fmt: skip
BACK = {
    "a column": "alter table app.users add extra int; alter table app.users drop extra",
    "a default and NOT NULL": "alter table app.users alter name drop not null, alter name drop"
    " default; alter table app.users alter name set default 'x', alter name set not null",
    "names": "alter table app.users rename to people; alter table app.people rename name to nick;"
    "alter table app.people rename nick to name; alter table app.people rename to users",
    "a function": "drop trigger touch on app.notes; drop function app.touch();"
    "create function app.touch() returns trigger language plpgsql as 'begin return new; end';"
    "create trigger touch before update on app.notes for each row execute function app.touch()",
    "a partition": "alter table app.logs attach partition app.logs_2 for values"
    " from ('2030-02-01') to ('2030-03-01'); alter table app.logs detach partition app.logs_2",
    "a view": "drop view app.names; create view app.names as select name from app.users",
    "an index": "reindex table app.notes; drop index app.notes_body_idx;"
    "create index notes_body_idx on app.notes (body)",
    "an extension": "drop extension pg_trgm; create extension pg_trgm schema app",
    "a switch": "alter table app.notes disable trigger all, enable row level security;"
    "alter table app.notes enable trigger all, disable row level security",
    "what is there for a session": "create temp table t (id serial primary key, a text);"
    "create temp view v as select 1 as a; create function pg_temp.f() returns int language sql"
    " as 'select 1'; create rule r as on insert to t do instead nothing",
    "statistics": "analyze",
    "a comment": "comment on table app.users is 'x'; comment on table app.users is null",
}


@pytest.fixture(scope="module")
def known(server: Server) -> Iterator[Dsn]:
    built = databases.create(server, name="known", platform="postgres", extensions={})
    with databases.connect(built.dsn, autocommit=True) as connection:
        connection.execute(f"{SCHEMA}{OTHERS}".encode())
    yield built.dsn
    databases.drop(server, "known")


def found(dsn: Dsn, statement: str) -> list[tuple[str, str, str]]:
    with databases.connect(dsn) as connection:
        before = state(connection)
        connection.execute(statement.encode())
        changes = list(differences(before, state(connection)))
        connection.rollback()
    return [(change.subject, change.before, change.after) for change in changes]


@pytest.mark.parametrize("statement", UNKNOWN)
def test_a_change_of_what_nobody_compares_by_kind_is_told(known: Dsn, statement: str) -> None:
    [(subject, before, after)] = found(known, statement)
    wanted, *sides = UNKNOWN[statement]
    assert subject == wanted
    assert sides in ([before, after], [None, None])


NAMED = {
    "alter function app.one depends on extension plpgsql": (
        "dependency function app.one(integer) on extension plpgsql", "none", "there",
    ),
    "alter operator family integer_ops using btree add operator 1 app.<<< (int, numeric)": (
        "addition operator 1 (integer, numeric) of operator family integer_ops for access method"
        " btree: app.<<<(integer,numeric)", "none", "there",
    ),
    "drop extension pg_trgm": ("extension pg_trgm", "there", "gone"),
    "alter function app.less(int, numeric) support generate_series_int4_support": (
        "function app.less(integer, numeric)", "no support",
        "support generate_series_int4_support",
    ),
    "create type app.shell": ("type app.shell", "none", "there"),
    "create or replace aggregate app.total(int) (sfunc = int4pl, stype = int, sspace = 64)": (
        "function app.total(integer)", "aggregate sfunc int4pl, stype integer, normal",
        "aggregate sfunc int4pl, stype integer, sspace 64, normal",
    ),
    "alter table app.kid no inherit app.above; alter table app.kid inherit app.above": (
        "definition of inherited column app.kid.a", "none", "of its own",
    ),
    "comment on type app.users is 'x'": ("comment on type app.users", "none", "x"),
    "comment on column app.pair.a is 'x'": (
        "type app.pair", "no attribute comments", "attribute comments ('a', 'x')",
    ),
    "revoke usage on type app.users from public": (
        "privileges of public on type app.users", "as given at first", "without usage",
    ),
    "revoke usage on schema information_schema from public": (
        "privileges of public on schema information_schema", "as given at first", "without usage",
    ),
    "grant insert on information_schema.tables to pg_monitor": (
        "privileges of pg_monitor on view information_schema.tables", "as given at first",
        "with insert",
    ),
    "create function pg_catalog.mine() returns int language sql as 'select 1'": (
        "addition to the schemas of PostgreSQL: function mine()", "none", "there",
    ),
    "drop table app.odd; create table app.odd (a int)": (
        "table app.odd", "access method heap2", "access method heap",
    ),
}  # fmt: skip


@pytest.mark.parametrize("statement", NAMED)
def test_what_belongs_to_others_has_a_name(known: Dsn, statement: str) -> None:
    assert found(known, statement) == [NAMED[statement]]


def test_a_setting_of_a_function_of_postgresql_is_told(known: Dsn) -> None:
    [(subject, before, after)] = found(known, "alter function pg_catalog.now() set jit = off")
    assert (subject, before) == ("function now()", "none")
    assert "jit=off" in after


def test_what_is_told_by_its_kind_is_told_once(known: Dsn) -> None:
    [(subject, _, _)] = found(known, "alter function app.one cost 7")
    assert subject == "function app.one(integer)"


@pytest.mark.parametrize("statement", BACK.values(), ids=BACK)
def test_what_comes_back_is_as_it_was(known: Dsn, statement: str) -> None:
    assert found(known, statement) == []
