"""Bodies of functions, by parsing and by plpgsql_check."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.behaviour.routines import Checked, checked
from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.settings.config import Config
from tests.behaviour.routines import corpus
from tests.behaviour.routines.corpus import SURROUNDINGS
from tests.migrations.static.reading import ASKS

SQL = """
create table users (id int primary key, name text, seen timestamptz);
create function good(p_id int) returns text language plpgsql as $$
declare one users; begin select * into one from users where id = p_id; return one.name; end $$;
create function bad(p_id int) returns text language plpgsql as $$
declare n int;
begin
  select nme into n from users where id = p_id;
  return n;
end $$;
create function stamp() returns trigger language plpgsql as $$
begin new.modified_at := now(); return new; end $$;
create trigger stamp before update on users for each row execute function stamp();
"""
PACKAGED = sorted(Path("/usr/lib/postgresql").glob("*/lib/plpgsql_check.so"))


def _checked(connection: Connection[Any], schema: str = "public") -> Checked:
    return corpus.check(connection, schema)


@pytest.fixture
def plain(database: Dsn) -> Iterator[Connection[Any]]:
    """A connection to a database without plpgsql_check."""
    with databases.connect(database, autocommit=True) as connection:
        yield connection


def test_each_statement_is_parsed_by_a_server_that_only_reads(plain: Connection[Any]) -> None:
    plain.execute(SQL)
    found = _checked(plain)
    assert found.by == "parsing each statement"
    assert [(one.function, one.line) for one in found.wrong] == [
        ("public.bad(integer)", 4),
        ("public.stamp()", 2),
    ]


def test_a_stand_in_for_the_extension_is_not_asked() -> None:
    wanted: dict[str, str | None] = {"plpgsql_check": None}
    with databases.start(Config(database="embedded")) as server:
        built = databases.create(server, name="bodies", platform="postgres", extensions=wanted)
        with databases.connect(built.dsn, autocommit=True) as connection:
            connection.execute(SQL)
            catalog = read(connection)
            found = checked(Reader(connection), catalog, frozenset({"public"}), built.stand_ins)
    assert found.by == "parsing each statement"
    assert {one.function for one in found.wrong} == {"public.bad(integer)", "public.stamp()"}


def test_the_state_of_the_session_is_left_as_it_was(plain: Connection[Any]) -> None:
    plain.execute(SQL)
    plain.execute("alter function bad set search_path = 'nowhere'")
    before = plain.execute("show search_path").fetchone()
    _checked(plain)
    assert plain.execute("show search_path").fetchone() == before


@pytest.mark.parametrize(
    "body",
    [
        "begin for i in 1..3 loop perform i; end loop; return 'x'; end",
        "declare c cursor for select name from users; n text; begin open c; fetch c into n; "
        "close c; return n; end",
        "declare x text[] := '{}'; begin foreach p_name in array x loop null; end loop; "
        "return x[1]; end",
        "begin case when p_name = 'a' then return 'b'; else raise notice '%', p_name; end case; "
        "return p_name; exception when others then return sqlstate || sqlerrm; end",
        "declare n int; begin insert into users (id, name) values (1, p_name) "
        "on conflict (id) do update set name = excluded.name returning id into n; "
        "get diagnostics n = row_count; return n; end",
        "begin with old as (delete from users where name = p_name returning *) "
        "insert into users select * from old; return (select max(name) from users u "
        "where u.name = p_name); end",
        "declare r record; begin for r in execute 'select name from users' loop "
        "return r.name; end loop; return null; end",
        "begin return (select string_agg(u.name, ',' order by u.id) from users u, "
        "lateral (select count(*) from users v where v.id > u.id) as w (n) where w.n > 1); end",
        "declare j jsonb := '{}'; begin j := jsonb_set(j, '{a}', to_jsonb(p_name)); "
        "return j ->> 'a'; end",
        "<<above>> declare name text; begin name := f.p_name; return (select max(u.name) "
        "from users u where u.name = f.p_name or u.name = above.name); end",
        "declare one public.users; n public.users.name%type; other public.users%rowtype; begin "
        "select * into one from users; n := one.name; other.name := n; return other.name; end",
        "declare one users%rowtype; begin one.name := p_name; one := row(1, 'x', now()); "
        "return one.name; end",
    ],
)
def test_usual_code_has_nothing_wrong(plain: Connection[Any], body: str) -> None:
    plain.execute("create table users (id int primary key, name text, seen timestamptz)")
    head = "create function f(p_name text) returns text language plpgsql as"
    plain.execute(f"{head} $body$ {body} $body$".encode())
    assert _checked(plain).wrong == ()


def test_what_the_server_runs_has_nothing_wrong(plain: Connection[Any]) -> None:
    """Each idiom is called first, so that it is one."""
    schema, *listed = corpus.idioms(plain.info.server_version)
    plain.execute(schema.encode())
    for idiom in listed:
        plain.execute(f"begin; {idiom}; commit".encode())
    assert _checked(plain, "app").wrong == ()


NOTHING = "create function g() returns void language plpgsql as"


def test_what_the_server_refuses_is_found_and_its_twin_is_not(plain: Connection[Any]) -> None:
    """All are called, so that the server says which are wrong."""
    listed = corpus.faults(plain.info.server_version)
    states = corpus.run(plain, listed)
    found: dict[str, str] = {}
    for one in corpus.check(plain, *(one.schema for one in listed)).wrong:
        found.setdefault(one.function.partition(".")[0], one.state or corpus.UNCHECKED)
    right = [one for one in listed if not one.wrong]
    assert [one.made for one in right if one.schema in states] == []
    assert [
        one.made for one in right
        if one.schema in found and one.entry.get("ours") != corpus.UNCHECKED
    ] == []  # fmt: skip
    wrong = [one for one in listed if one.wrong]
    assert [one.made for one in wrong if one.schema not in states] == []
    differing = [
        (one.made, found.get(one.schema, corpus.NOTHING), states[one.schema])
        for one in wrong
        if found.get(one.schema, corpus.NOTHING) != one.entry.get("ours", states[one.schema])
    ]
    assert differing == []


def test_what_depends_on_the_rows_of_no_trigger_is_passed_and_the_rest_is_not(
    plain: Connection[Any],
) -> None:
    plain.execute(
        """create table notes (id int, meta jsonb);
        create function g() returns trigger language plpgsql as $$
        declare r record;
        begin
          select * into r from notes n where n.id = new.id;
          perform r.meta ->> 'x';
          new.ends := new.begins - new.pause;
          delete from nowhere where id = new.id;
          return new;
        end $$"""
    )
    assert [one.message for one in _checked(plain).wrong] == ['relation "nowhere" does not exist']


def test_an_array_of_nothing_has_no_type(plain: Connection[Any]) -> None:
    plain.execute(
        f"{NOTHING} $$ declare a text[]; begin a := array[]; end $$;"
        f"{NOTHING.replace('g()', 'h()')} $$ declare a text[]; begin a := array[]::text[]; end $$"
    )
    with pytest.raises(psycopg.Error) as error:
        plain.execute("select g()")
    assert [(one.function, one.state) for one in _checked(plain).wrong] == [
        ("public.g()", error.value.sqlstate)
    ]


def test_a_table_that_is_asked_for_may_be_missing(plain: Connection[Any]) -> None:
    for number, (body, _) in enumerate(ASKS):
        dynamic = "execute '" in body
        text = body.format("delete from public.extra" + ";" * (not dynamic))
        plain.execute(
            f"create function f{number}() returns void language plpgsql"
            f" as $f$ declare a bool; begin {text} end $f$".encode()
        )
    wrong = {f"f{number}()" for number, (_, right) in enumerate(ASKS) if not right}
    assert {one.function.partition(".")[2] for one in _checked(plain).wrong} == wrong


def test_a_role_that_is_set_has_to_be_there(plain: Connection[Any]) -> None:
    for name, role in (("a", "nobody_here"), ("b", "none"), ("c", "postgres")):
        plain.execute(
            f"create function {name}() returns void language plpgsql as"
            f" $body$ begin set local role {role}; end $body$".encode()
        )
    [found] = _checked(plain).wrong
    assert (found.function, found.message) == (
        "public.a()",
        'role "nobody_here" does not exist',
    )


def _with_rows(plain: Connection[Any], returns: str, query: str) -> None:
    plain.execute(SURROUNDINGS)
    head = f"create function f() returns {returns} language plpgsql as"
    plain.execute(f"{head} $body$ begin return query {query}; end $body$".encode())


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ("begin nope := 1; end", "42601"),
        ("begin raise notice '%'; end", "42601"),
        ("begin null; exception when nothing_like_it then null; end", "42704"),
        ("declare a constant int := 1; begin a := 2; end", "22005"),
        ("declare c cursor (k int) for select k; begin open c; end", "42601"),
        ("begin return 1; end", "42804"),
    ],
)
def test_what_the_server_does_not_compile_is_told_as_it_says_it(
    plain: Connection[Any], body: str, state: str
) -> None:
    plain.execute("set check_function_bodies = off")
    plain.execute(f"{NOTHING} $body$\n\n{body} $body$".encode())
    (found,) = _checked(plain).wrong
    with pytest.raises(psycopg.Error) as error:
        plain.execute("select g()")
    assert (found.state, error.value.sqlstate) == (state, state)
    assert found.line == 3


@pytest.mark.parametrize(
    ("returns", "query", "change"),
    [
        ("table (id int, n text)", "select * from users", "add column more int"),
        ("setof users", "select id, name, seen from users", "add column more int"),
        ("int", "select id from users", "alter column id type text"),
        ("int", "insert into users (id) values (7)", ""),
        ("state", "select name from users", ""),
    ],
)
def test_a_query_that_gives_no_more_what_its_function_returns(
    plain: Connection[Any], returns: str, query: str, change: str
) -> None:
    """The table changes behind the back of a function in SQL."""
    plain.execute(
        f"""
        set check_function_bodies = off; create type state as enum ('open');
        create table users (id int, name text{", seen date" if "seen" in query else ""});
        create function g() returns {returns} language sql as '{query}';
        {f"alter table users {change}" if change else ""}
    """.encode()
    )
    (found,) = _checked(plain).wrong
    with pytest.raises(psycopg.Error) as error:
        plain.execute("select g()")
    assert (found.state, error.value.sqlstate) == ("42P13", "42P13")


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("security definer", "begin commit; end"),
        ("set work_mem = '4MB'", "begin rollback; end"),
        ("", "begin begin commit; exception when others then raise; end; end"),
        ("", "begin commit; exception when division_by_zero then null; end"),
    ],
)
def test_no_transaction_ends_where_the_server_forbids_it(
    plain: Connection[Any], head: str, body: str
) -> None:
    plain.execute(f"create procedure g() language plpgsql {head} as $body$ {body} $body$".encode())
    (found,) = _checked(plain).wrong
    with pytest.raises(psycopg.Error) as error:
        plain.execute("call g()")
    assert (found.state, error.value.sqlstate) == ("2D000", "2D000")


def test_a_transaction_may_end_in_a_handler_and_behind_it(plain: Connection[Any]) -> None:
    plain.execute("""
        create procedure g() language plpgsql as $$
        begin
          begin perform 1 / 0; exception when division_by_zero then commit; end;
          commit;
        end $$
    """)
    plain.execute("call g()")
    assert _checked(plain).wrong == ()


@pytest.mark.parametrize(
    ("returns", "body"),
    [("users", "begin return 1; end"), ("setof users", "begin return next p + 1; end")],
)
def test_a_row_is_returned_where_one_is_promised(
    plain: Connection[Any], returns: str, body: str
) -> None:
    plain.execute(SURROUNDINGS)
    head = f"create or replace function g(p int) returns {returns} language plpgsql as"
    plain.execute(f"{head} $body$ {body} $body$".encode())
    (found,) = _checked(plain).wrong
    with pytest.raises(psycopg.Error) as error:
        plain.execute("select g(1)")
    assert (found.state, error.value.sqlstate) == ("42804", "42804")


@pytest.mark.parametrize(
    "body", ["perform tg_nope", "execute 'select new.id'", "new.id := tg_tagg"]
)
def test_what_no_trigger_function_knows(plain: Connection[Any], body: str) -> None:
    plain.execute(SURROUNDINGS)
    plain.execute(
        "create function g() returns trigger language plpgsql as"
        f" $body$ begin {body}; return new; end $body$;"
        " create trigger g before insert on users for each row execute function g()".encode()
    )
    (found,) = _checked(plain).wrong
    with pytest.raises(psycopg.Error) as error:
        plain.execute("insert into users (id) values (9)")
    assert found.state == error.value.sqlstate


def test_names_on_a_path_that_the_body_sets_are_not_known(plain: Connection[Any]) -> None:
    plain.execute("create schema tenant; create table tenant.notes (id int)")
    plain.execute(f"{NOTHING} $$ begin set local search_path = tenant; perform from notes; end $$")
    plain.execute("begin; select g(); rollback")
    (found,) = _checked(plain).wrong
    assert (found.message, found.state) == ('not checked: relation "notes" does not exist', "")


def test_a_function_in_sql_sees_its_own_table_since_18(plain: Connection[Any]) -> None:
    plain.execute("set check_function_bodies = off")
    plain.execute("""
        create function g() returns int language sql as
            'create temp table own as select 1 as a; select a from own'
    """)
    found = [one.state for one in _checked(plain).wrong]
    if plain.info.server_version >= 180000:
        plain.execute("select g()")
        assert found == []
    else:
        with pytest.raises(psycopg.errors.UndefinedTable):
            plain.execute("select g()")
        assert found == ["42P01"]


def test_a_table_is_not_its_own_for_the_end_of_its_name(plain: Connection[Any]) -> None:
    plain.execute(
        f"{NOTHING} $$ begin create temp table s (a int) on commit drop; insert into s values (1);"
        " insert into notes values (1); end $$"
    )
    (found,) = _checked(plain).wrong
    assert found.message == 'relation "notes" does not exist'


@pytest.mark.parametrize(
    ("returns", "query"),
    [
        ("setof int", "select name from users"),
        ("setof int", "select 1, 2"),
        ("table (id int, name text)", "select u.name, u.id from users u"),
        ("table (id bigint)", "select u.id from users u"),
        ("setof users", "select u.id, u.name from users u"),
        ("setof pair", "execute 'select 1'"),
    ],
)
def test_rows_of_another_shape_than_the_function_returns(
    plain: Connection[Any], returns: str, query: str
) -> None:
    _with_rows(plain, returns, query)
    [found] = _checked(plain).wrong
    with pytest.raises(psycopg.Error) as error:
        plain.execute("select f()")
    assert (found.state, error.value.sqlstate) == ("42804", "42804")


@pytest.mark.parametrize(
    ("returns", "query"),
    [
        ("setof int", "select 1"),
        ("table (p pair)", "select 1, 2"),
        ("table (name varchar(5), n numeric(4,2))", "select 'x'::varchar(9), 1.5::numeric"),
        ("setof users", "select u.* from users u"),
        ("setof users", "delete from users returning *"),
        ("setof pair", "execute 'select 1, 2'"),
        ("setof record", "select 1, 'x'::text"),
    ],
)
def test_rows_of_the_shape_that_the_function_returns(
    plain: Connection[Any], returns: str, query: str
) -> None:
    _with_rows(plain, returns, query)
    plain.execute(
        "select f()" if "record" not in returns else "select * from f() as (a int, b text)"
    )
    assert _checked(plain).wrong == ()


@pytest.mark.parametrize("chosen", ["use_column", "use_variable"])
def test_who_says_what_a_name_means_has_no_ambiguous_one(
    plain: Connection[Any], chosen: str
) -> None:
    plain.execute(SURROUNDINGS)
    text = "declare name text; begin update users set name = name; end"
    for number, (option, head) in enumerate(
        ((f"#variable_conflict {chosen}", ""), ("", f"set plpgsql.variable_conflict = {chosen}"))
    ):
        plain.execute(
            f"create function g{number}() returns void language plpgsql {head} as"
            f" $body$ {option}\n{text} $body$".encode()
        )
        plain.execute(f"select g{number}()".encode())
    assert _checked(plain).wrong == ()


@pytest.mark.parametrize(
    "statement",
    [
        "alter table users add column more int",
        "create index on users (name)",
        "grant select on users to public",
        "do 'begin end'",
        "create table more (id int)",
        "copy users to stdout",
        "comment on table users is 'x'",
    ],
)
def test_a_statement_that_nobody_looks_at_is_not_checked(
    plain: Connection[Any], statement: str
) -> None:
    plain.execute(SURROUNDINGS)
    plain.execute(f"{NOTHING} $$ begin {statement}; end $$".encode())
    (found,) = _checked(plain).wrong
    assert found.message.startswith("not checked: ")
    assert not found.state


@pytest.mark.parametrize(
    "statement", ["truncate nope", "lock table nope", "analyze nope", "truncate users, nope"]
)
def test_tables_of_other_statements_are_looked_up(plain: Connection[Any], statement: str) -> None:
    plain.execute(SURROUNDINGS)
    plain.execute(f"{NOTHING} $$ begin {statement}; end $$".encode())
    (found,) = _checked(plain).wrong
    assert (found.state, found.message) == ("42P01", 'relation "nope" does not exist')


def test_a_type_that_is_gone_is_told_at_its_declaration(plain: Connection[Any]) -> None:
    plain.execute(SURROUNDINGS)
    plain.execute(
        "create function g() returns int language plpgsql as $$\ndeclare\n  p pair;\n"
        "  n users.seen%type;\nbegin\n  return 1;\nend $$"
    )
    plain.execute("drop type pair cascade; alter table users drop column seen")
    assert [(one.line, one.state) for one in _checked(plain).wrong] == [
        (3, "42704"),
        (4, "42703"),
    ]


def test_policies_that_would_hide_rows_are_no_hindrance(plain: Connection[Any]) -> None:
    plain.execute(SURROUNDINGS)
    plain.execute("alter table users enable row level security; grant select on users to public")
    plain.execute(f"{NOTHING} $$ begin perform id, nope from users; end $$")
    plain.execute("set role pg_monitor; set row_security = off")
    (found,) = _checked(plain).wrong
    assert found.message == 'column "nope" does not exist'


def test_nothing_is_computed_while_a_key_is_looked_for(plain: Connection[Any]) -> None:
    plain.execute("""
        create sequence calls;
        create function called(int) returns int language plpgsql immutable as
            $$ begin perform pg_catalog.nextval('calls'); return 1; end $$;
        create table t (id int primary key, n int default called(1),
            twice int generated always as (called(id)) stored);
        create function g() returns void language plpgsql as
            $$ begin insert into t (id) values (1) on conflict (id) do nothing; end $$;
        create function h(n int) returns void language plpgsql as
            $$ begin insert into t (id) values (1) on conflict (id) where called(h.n) = 1
               do nothing; end $$;
    """)
    (found,) = _checked(plain).wrong
    assert found.message == ("not checked: finding the key of `on conflict` would call a function")
    assert plain.execute("select is_called from calls").fetchone() == (False,)


@pytest.mark.skipif(not PACKAGED, reason="no server has plpgsql_check")
def test_plpgsql_check_is_asked_where_it_is_installed() -> None:
    bin_dir = str(PACKAGED[-1].parent.parent / "bin")
    with databases.start(Config(bin_dir=bin_dir)) as server:
        dsn = databases.create(server, name="bodies", platform="postgres", extensions={}).dsn
        with databases.connect(dsn, autocommit=True) as connection:
            connection.execute("create extension plpgsql_check")
            connection.execute(SQL)
            connection.execute(f"{NOTHING} $$ begin execute 'drop table ' || 'x'; end $$")
            found = _checked(connection)
    assert found.by.startswith("plpgsql_check ")
    assert [(one.function, one.line, bool(one.state)) for one in found.wrong] == [
        ("public.bad(integer)", 4, True),
        ("public.g()", 1, False),
        ("public.stamp()", 2, True),
    ]
