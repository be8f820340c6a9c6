"""What outlasts a transaction is not run on somebody's database, however it is written."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pytest_schemaverify.databases import Dsn
from tests.projects import Project, shows_no_traceback, text_of
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project

TRACES = """
create function program() returns int language plpgsql as $$
begin copy (select 1) to program 'cat > {mark}'; return 1; end $$;
create function program(anyelement) returns int language sql as 'select program()';
create procedure run_program() language plpgsql as $$ begin perform program(); end $$;
create function program_of(users) returns int language sql as 'select program()';
create view first_view as select program() as one;
create view second_view as select one as two from first_view;
create function same(int, int) returns boolean language sql as 'select program() = $1 + $2';
create operator === (leftarg = int, rightarg = int, function = same);
create type odd as (number int);
create function to_odd(int) returns odd language sql as 'select row(program())::odd';
create cast (int as odd) with function to_odd(int);
create domain checked as int check (program(value) = 1);
create type parts as (part checked);
create type whole as (parts parts);
create domain checked_too as checked;
create type numbers as range (subtype = checked);
create function by_default(int default program()) returns int stable language sql as 'select $1';
create function added(int, int) returns int language sql as 'select program()';
create aggregate noisy (int) (sfunc = added, stype = int, initcond = 0);
create type plain as (number int);
create function to_plain(int) returns plain language plpgsql as
'begin return row(program())::plain; end';
create cast (int as plain) with function to_plain(int) as implicit;
create function plain_taken(plain) returns int stable language plpgsql as 'begin return 1; end';
create function checked_taken(checked) returns int stable language plpgsql as 'begin return 1; end';
create table holding (part checked);
create function is_so(users, int) returns boolean language sql as 'select program() = 1';
create operator = (leftarg = users, rightarg = int, function = is_so);
create operator <= (leftarg = users, rightarg = int, function = is_so);
create operator >= (leftarg = users, rightarg = int, function = is_so);
create operator ~~ (leftarg = users, rightarg = int, function = is_so);
create function "Odd name!"() returns int language sql as 'select program()';
select lo_from_bytea(4711, 'x');
insert into users (email) values ('a@example.com');
"""
"""Functions that leave a file on the server, and much that calls them by itself."""

HOSTILE = {
    "export": "select lo_export(4711, '{mark}')",
    "slot": "select pg_create_physical_replication_slot('left_behind', true)",
    "session lock": "select pg_advisory_lock(4711)",
    "tried lock": "select pg_catalog.pg_try_advisory_lock(4711)",
    "settings": "select set_config('statement_timeout', '0', false)",
    "terminate": "select pg_terminate_backend(-1)",
    "reload": "select pg_reload_conf()",
    "switch": "select pg_switch_wal()::text",
    "message": "select pg_logical_emit_message(false, 'a', 'b')::text",
    "reset": "select pg_stat_reset()::text",
    "file": "select pg_read_file('postgresql.conf')",
    "function": "select program()",
    "in capitals": "select PROGRAM()",
    "quoted": 'select "program"()',
    "escaped": 'select U&"\\0070rogram"()',
    "with a comment": "select program/**/()",
    "behind comments": "select /* /* */ ' */ program() --'",
    "behind a line": "select 1 -- a\r, program()",
    "behind a string": "select 1 from (select $$a$$) as a where $$a$$<>$$b$$and program() = 1",
    "behind a long name": f"select {'a' * 63}{'b' * 9}()",
    "odd name": 'select "Odd name!"()',
    "with": "with a as (select program()) select * from a",
    "values": "values (program())",
    "limit": "select 1 limit (select program())",
    "lateral": "select 1 from users, lateral (select program()) as p offset 0",
    "from": "select * from program()",
    "order": "select 1 from users order by program()",
    "variadic": "select program(variadic array[1])",
    "field": "select u.program_of from users as u",
    "field of a row": "select (u).program_of from users as u",
    "view": "select one from first_view",
    "view of a view": "select two from second_view",
    "table": "table second_view",
    "operator": "select 1 === 0",
    "operator with schema": "select 1 operator(public.===) 0",
    "operator of any": "select 1 === any (array[0])",
    "operator of in": "select 1 from users as u where u in (1, 2)",
    "operator of a subquery": "select 1 from users as u where u in (select 1)",
    "operator of case": "select case u when 1 then 2 end from users as u",
    "operator of nullif": "select nullif(u, 1) from users as u",
    "operator of distinct": "select u is distinct from 1 from users as u",
    "operator of between": "select u between 1 and 2 from users as u",
    "operator of like": "select u like 1 from users as u",
    "operator of a join": "select 1 from (select u as a from users as u) as b"
    " join (select 1 as a) as c using (a)",
    "implicit cast": "select plain_taken(1)",
    "cast": "select 1::odd",
    "cast as a call": "select odd(1)",
    "domain": "select 7::checked",
    "domain of a domain": "select 7::checked_too",
    "array of a domain": "select '{7}'::checked[]",
    "row with a domain": "select '(7)'::parts",
    "row in a row": "select '(\"(7)\")'::whole",
    "record": "select * from json_to_record('{\"a\": 7}') as r (a checked)",
    "populated": "select json_populate_record(null::parts, '{\"part\": 7}')",
    "populated from a row": "select json_populate_record(h, '{\"part\": 7}') from users"
    " left join holding as h on true",
    "domain as an argument": "select checked_taken(7)",
    "domain in a string": "select pg_input_is_valid('7', 'checked')",
    "domain in two strings": "select * from pg_input_error_info('7', 'chec' || 'ked')",
    "range": "select '[7,8]'::numbers",
    "default": "select by_default()",
    "aggregate": "select noisy(1)",
    "explain": "explain analyze select program()",
    "query as text": "select query_to_xml('select program()', false, false, '')::text",
    "table as text": "select table_to_xml('first_view', false, false, '')::text",
    "prepared": "execute somebodys",
    "procedure": "call run_program()",
}


@pytest.fixture
def traced(filled: Dsn) -> Iterator[tuple[Dsn, Path]]:
    """A database whose functions leave a trace, and the file that is one."""
    # The server's own user cannot write into the folders of pytest.
    mark = Path(f"/tmp/left-by-the-server-{os.getpid()}-{filled.dbname}")
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute(TRACES.replace("{mark}", str(mark)).encode())
        connection.execute(
            f"create function {'a' * 63}() returns int language sql as 'select program()'".encode()
        )
    yield filled, mark
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute("select lo_unlink(4711)")
    mark.unlink(missing_ok=True)


def left_behind(dsn: Dsn) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(
            "select (select count(*) from pg_replication_slots),"
            " (select count(*) from pg_locks where locktype = 'advisory'),"
            " (select stats_reset from pg_stat_database where datname = current_database()),"
            " pg_conf_load_time()"
        ).fetchall()


def ran(project: Project, dsn: Dsn) -> tuple[str, list[str]]:
    """Return what a run printed, and the names of the items that it could not tell."""
    result = project.run("-rA", "-vv", f"--schema-dsn={dsn}")
    text = text_of(result)
    assert shows_no_traceback(text), text
    return text, [line for line in result.outlines if line.startswith("FAILED")]


def test_no_query_runs_what_outlasts_it(project: Project, traced: tuple[Dsn, Path]) -> None:
    dsn, mark = traced
    queries = {
        name: {"sql": text.replace("{mark}", str(mark)), "returns": "nothing"}
        for name, text in HOSTILE.items()
    }
    project.expect(json.dumps({"data": {"queries": queries}}))
    before = left_behind(dsn)
    text, failed = ran(project, dsn)
    assert not mark.exists()
    assert left_behind(dsn) == before
    assert len(failed) == len(HOSTILE)
    # A procedure and a statement that somebody has prepared are no matter of one function.
    assert text.count("let the file answer for it:") >= len(HOSTILE) - 1
    assert "it runs a statement that somebody has prepared" in text


@pytest.mark.parametrize(
    "name",
    ["function", "view", "operator", "cast", "default", "aggregate", "operator of in",
     "operator of a subquery", "operator of case", "operator of between", "operator of like",
     "implicit cast", "populated from a row", "domain as an argument"],
)  # fmt: skip
def test_each_would_leave_something(traced: tuple[Dsn, Path], name: str) -> None:
    """In the transaction that is rolled back: the test above proves something."""
    dsn, mark = traced
    with psycopg.connect(dsn) as connection:
        connection.execute("set transaction read only")
        connection.execute(HOSTILE[name].encode())
        connection.rollback()
    assert mark.exists()


FIELDS = """\
tables:
  users:
    columns:
      id: {type: "text as v from pg_sleep(500) union all select null"}
      email: {type: "text as v where '' = @", default: "@::text", generated: "@::text"}
    checks:
      positive: "@ = 1"
      array_: "'7' = any ('{7}'::checked[])"
      row_: "'(7)'::parts is null"
      other: {expression: "@ = 2"}
    indexes: {by_email: {where: "@ = 1", columns: ["(@)"]}}
    rls: {policies: {own: {using: "@ = 1", with_check: "@ = 1"}}}
    triggers: {noted: {when: "@ = 1"}}
views: {seen: {definition: "select @ as one"}}
types: {name: {domain: {type: text, default: "@::text"}}}
functions: {"by_email(text)": {returns: "int) from (select @"}}
data:
  users: {where: "@ = 1", rows: 1}
  first_view: {rows: 1}
schema_version: {table: first_view, column: one, contains: ["1"]}
"""


def test_no_field_of_the_file_runs_it(project: Project, traced: tuple[Dsn, Path]) -> None:
    dsn, mark = traced
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in (
            "create view seen as select 1 as one",
            "create index by_email on users (lower(email)) where email <> ''",
            "alter table users add constraint positive check (id > 0),"
            " alter email set default 'x', add constraint other check (id > -1),"
            " add constraint array_ check (id > -2), add constraint row_ check (id > -3)",
            "create policy own on users using (email = '') with check (email = '')",
            "create function noted() returns trigger language plpgsql as 'begin return new; end'",
            "create trigger noted before update on users for each row"
            " when (old.id <> new.id) execute function noted()",
        ):
            connection.execute(statement.encode())
    project.expect(
        FIELDS.replace('types: {name: {domain: {type: text, default: "@::text"}}}\n', "").replace(
            "@", "program()"
        )
    )
    text, failed = ran(project, dsn)
    assert not mark.exists(), text
    assert "data.users rows" in text
    assert failed


def test_what_is_no_type_is_not_run_either(project: Project, traced: tuple[Dsn, Path]) -> None:
    dsn, mark = traced
    project.expect("tables: {users: {columns: {email: {type: \"text = '' || program()\"}}}}")
    result = project.run(f"--schema-dsn={dsn}")
    assert "expectations.yaml:1:36: tables.users.columns.email.type: " in text_of(result)
    assert result.ret == 2
    assert not mark.exists()


VECTORS = """\
vectors:
  columns:
    memories.embedding:
      query: "select program() from memories order by embedding <-> $1 limit 1"
      data: {where: program() = 1, null: 0}
      recall: {k: 1, at_least: 0, where: program() = 1}
      search: {function: found}
    seen_memories.embedding: {distance: l2, search: {function: found_quietly, key: id}}
"""


def test_no_field_of_vectors_runs_it(
    project: Project, traced: tuple[Dsn, Path], available: set[str]
) -> None:
    if "vector" not in available:
        pytest.skip("the server has no pgvector")
    dsn, mark = traced
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            b"""
            create extension vector;
            create table memories (id int primary key, embedding vector(2));
            insert into memories select i, array[1, i]::vector from generate_series(1, 9) as i;
            create index on memories using hnsw (embedding vector_l2_ops);
            create function found(vector) returns setof memories language sql as
            'select * from memories where program() = 1 order by embedding <-> $1 limit 3';
            create view seen_memories as select id, embedding from memories where program() = 1;
            create function found_quietly(vector) returns setof memories stable language sql as
            'select * from memories order by embedding <-> $1 limit 3';
            """
        )
    project.expect(VECTORS)
    text, failed = ran(project, dsn)
    assert not mark.exists()
    refused = [line for line in failed if "is volatile" in line]
    # A query is only planned, and so runs nothing that is volatile.
    assert [line.split()[1].rpartition("embedding")[2] for line in refused] == [
        ".data::null", ".recall::at_least", ".search::indexed", ".search::ordered",
        ".search::indexed", ".search::ordered",
    ], text  # fmt: skip


HARMLESS = {
    "time": "select pg_sleep(0.01) is not null",
    "now": "select now() <= clock_timestamp()",
    "random": "select random() < 2 and gen_random_uuid() is not null",
    "text": "select lower(email) || 'program()' = 'x' from users where false",
    "json": "select ('{\"a\": 1}'::jsonb || '{}')->>'a' = '1'",
    "window": "select row_number() over (order by id) = 1 from users",
    "ordered": "select percentile_cont(0.5) within group (order by id) = 1 from users",
    "immutable": "select twice(1) = 2",
    "stable": "select number_of_users() = 1",
    "column": "select u.added = 3 from programs as u",
    "name of a table": "select run_program.one = 1 from (select 1 as one) as run_program",
    "name of an operator": "select '===' = '==='",
    "view": "select number = 1 from harmless_view",
    "activity": "select count(*) > 0 from pg_stat_activity",
    "locks": "select count(*) >= 0 from pg_locks",
    "settings": "select setting = 'on' from pg_settings where name = 'transaction_read_only'",
    "columns": "select count(*) > 1 from information_schema.columns where table_name = 'users'",
    "size": "select pg_total_relation_size('users') > 0",
    "series": "select count(*) = 3 from generate_series(1, 3)",
    "array": "select 1 = any (array[1])",
    "domain": "select 'a@b'::address is not null",
    "input": "select json_populate_record(null::programs, '{}') is null",
    "trigger function of that name": "select notify.one = 1 from (select 1 as one) as notify",
}  # fmt: skip


def test_what_leaves_nothing_behind_is_run(project: Project, traced: tuple[Dsn, Path]) -> None:
    dsn, _ = traced
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            b"""
            drop cast (int as odd);
            drop operator = (users, int);
            drop operator <= (users, int);
            drop operator >= (users, int);
            drop operator ~~ (users, int);
            create function twice(int) returns int immutable language plpgsql
            as 'begin return 2 * $1; end';
            create function number_of_users() returns bigint stable language sql
            as 'select count(*) from users';
            create table programs (added int);
            insert into programs values (3);
            create view harmless_view as select count(*) as number from users
            where now() > '-infinity';
            create domain address as text check (value like '%@%');
            create function notify() returns trigger language plpgsql as 'begin return new; end';
            """
        )
    queries = {name: {"sql": text, "returns": True} for name, text in HARMLESS.items()}
    queries["text"]["returns"] = "nothing"
    project.expect(json.dumps({"data": {"queries": queries}}))
    text, failed = ran(project, dsn)
    assert failed == [], text


def test_a_quote_hides_nothing(project: Project, traced: tuple[Dsn, Path]) -> None:
    """Where backslashes quote by default, `'\\'` is no whole string."""
    dsn, mark = traced
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            f"alter database {dsn.dbname} set standard_conforming_strings = off".encode()
        )
    hidden = "select '\\' || ' || program() --'"
    project.expect(json.dumps({"data": {"queries": {"a": {"sql": hidden, "returns": "x"}}}}))
    ran(project, dsn)
    assert not mark.exists()


def test_what_cannot_be_parsed_is_refused_by_its_words(
    project: Project, traced: tuple[Dsn, Path]
) -> None:
    dsn, _ = traced
    sql = "select program() from users future syntax"
    project.expect(json.dumps({"data": {"queries": {"a": {"sql": sql, "returns": 1}}}}))
    text, _ = ran(project, dsn)
    assert "it may call public.program, but it cannot be parsed: " in text
    assert 'allow_functions: {public.program: "why it is harmless"}' in text
    # Without such a word the server says what is wrong.
    project.expect(
        json.dumps({"data": {"queries": {"a": {"sql": "select 1 x y z", "returns": 1}}}})
    )
    assert 'syntax error at or near "y"' in ran(project, dsn)[0]


def test_another_connection_is_refused(
    project: Project, traced: tuple[Dsn, Path], available: set[str]
) -> None:
    if not {"dblink", "tablefunc"} <= available:
        pytest.skip("the server has no dblink")
    dsn, mark = traced
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("create extension dblink; create extension tablefunc;")
        # Whatever a wrapper of the project says of itself.
        connection.execute(
            "create function dblink_quietly(text) returns int stable language sql as 'select 1'"
        )
    queries = {
        "run": "select dblink_exec('dbname=postgres', 'create table x ()')",
        "read": "select * from dblink('', 'select 1') as t (a int)",
        "wrapped": "select dblink_quietly('x')",
        "crosstab": "select * from crosstab('select program(), 1, 1') as t (a int, b int)",
    }
    project.expect(
        json.dumps({"data": {"queries": {k: {"sql": v, "returns": 1} for k, v in queries.items()}}})
    )
    text, failed = ran(project, dsn)
    assert len(failed) == len(queries)
    assert text.count("let the file answer for it:") == len(queries)
    assert not mark.exists()
