"""Bodies of functions, by parsing and by plpgsql_check."""

import re
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
    with connection.transaction():
        connection.execute("set transaction read only")
        return checked(Reader(connection), read(connection), frozenset({schema}))


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


VALID = (Path(__file__).parents[2] / "data/valid_bodies.sql").read_text(encoding="utf-8")


def test_what_the_server_runs_has_nothing_wrong(plain: Connection[Any]) -> None:
    """Each idiom is called first, so that it is one."""
    _, schema, *idioms = VALID.split("\n\n")
    plain.execute(schema.encode())
    for idiom in idioms:
        since = re.match(r"-- since (\d+)", idiom)
        if since is None or plain.info.server_version >= int(since[1]) * 10_000:
            plain.execute(f"begin; {idiom}; commit".encode())
    assert _checked(plain, "app").wrong == ()


WRONG_AND_RIGHT = [
    # fields of rows and records
    ("declare r users; begin r.nope := 1; return 1; end", "r.nope", "r.id"),
    ("declare r users; begin return r.nope; end", "r.nope", "r.id"),
    ("declare r users%rowtype; begin return (r).nope; end", "(r).nope", "(r).id"),
    ("declare p pair; begin return p.z; end", "p.z", "p.x"),
    ("declare p pair; begin select 1 into p.z; return 1; end", "p.z", "p.x"),
    ("declare n nest; begin return (n.p).z; end", "(n.p).z", "(n.p).x"),
    ("declare a users[]; begin return a[1].nope; end", "a[1].nope", "a[1].id"),
    ("declare v users.id%type; o v%type; begin return (o + 1).x; end", "(o + 1).x", "o + 1"),
    ("declare r record; begin select id into r from users; return r.nope; end", "r.nope", "r.id"),
    (
        "declare r record; begin for r in select id as i from users loop return r.id; end loop; "
        "return 1; end",
        "r.id",
        "r.i",
    ),
    (
        "declare c cursor for select id as i from users; begin for r in c loop return r.id; "
        "end loop; return 1; end",
        "r.id",
        "r.i",
    ),
    (
        "declare r record; begin for r in execute 'select 1 as i' loop return r.j; end loop; "
        "return 1; end",
        "r.j",
        "r.i",
    ),
    (
        "declare c cursor for select id as i from users; r record; begin open c; fetch c into r; "
        "return r.id; end",
        "r.id",
        "r.i",
    ),
    (
        "declare r record; begin insert into users (id) values (9) returning id as i into r; "
        "return r.id; end",
        "r.id",
        "r.i",
    ),
    ("declare u users := (select u from users u limit 1); begin return u.nope; end", "u.nope",
     "u.id"),
    ("declare x alias for $1; begin return x.nope; end", "x.nope", "x"),
    ("declare n int := (select nope from users limit 1); begin return n; end", "nope", "id"),
    # where variables are seen
    ("begin declare v int := 1; begin null; end; return v; end", "return v", "return 1"),
    ("declare v int := 1; n int; begin execute 'select v' into n; return n; end", "'select v'",
     "'select 1'"),
    ("begin for i in 1..2 loop null; end loop; return i; end", "return i", "return 1"),
    # procedures
    ("begin call nobody(1); return 1; end", "nobody(1)", "remove(1)"),
    ("begin begin call remove('x', 2); exception when division_by_zero then null; end; "
     "return 1; end", "remove('x', 2)", "remove(1)"),
    ("declare r users; begin if true then call remove(r.nope); end if; return 1; end", "r.nope",
     "r.id"),
    # keys to insert by
    ("begin insert into users (id) values (1) on conflict (name) do nothing; return 1; end",
     "(name)", "(id)"),
    ("begin insert into users (id) values (1) on conflict (id, name) do nothing; return 1; end",
     "(id, name)", "(id)"),
    ("begin insert into users (id) values (7) on conflict (seen) do nothing; return 1; end",
     "(seen)", "(seen) where name is null"),
    ("begin insert into users (id) values (1) on conflict on constraint nope do nothing; "
     "return 1; end", "nope", "users_pkey"),
    ("begin with x as (insert into users as u (id) values (7) on conflict (upper(name)) "
     "do update set name = u.name returning 1) select 1 into p from x; return 1; end",
     "upper(name)", "lower(name)"),
    # names that are both
    ("declare id int; begin return (select id from users limit 1); end", "(select id",
     "(select users.id"),
    ("declare name text; begin update users set name = name; return 1; end", "= name",
     "= users.name"),
    ("declare name text; begin return (select count(*) from users group by name limit 1); end",
     "group by name", "group by users.name"),
    ("declare u users; begin select u.id into p from users u; return p; end", "users u;",
     "users;"),
    ("declare id int; begin insert into users (id) values (1) on conflict (id) do nothing; "
     "return 1; end", "declare id", "declare own"),
    ("declare id int; begin insert into users (id) values (8) returning id into id; return 1; end",
     "returning id", "returning users.id"),
    ("begin return (select f.p from f limit 1); end", "f.p", "f.q"),
    # what a statement gives back, and what is put into a variable
    ("begin select id from users; return 1; end", "select id", "perform id"),
    ("begin insert into users (id) values (8) returning id; return 1; end", "returning id", ""),
    ("begin show work_mem; return 1; end", "show", "reset"),
    ("begin call counted(3); return 1; end", "counted(3)", "counted(p)"),
    ("begin call counted(times => 3); return 1; end", "=> 3", "=> p"),
    ("declare n int := 'seven'; begin return n; end", "seven", "7"),
    ("declare n int; begin n := 'seven'; return n; end", "seven", "7"),
    # where a statement may stand
    ("begin update users set name = 'y'; end", "'y';", "'y'; return 1;"),
    ("begin begin perform 1; exception when others then return 2; end; end", "1;", "1; return 1;"),
    ("begin return length(sqlerrm); end", "length(sqlerrm)", "1"),
    ("begin raise; end", "raise", "return 1"),
    ("declare t text; begin get stacked diagnostics t = message_text; return 1; end",
     "get stacked diagnostics t = message_text", "t := 'x'"),
    ("begin commit; return 1; end", "commit", "null"),
    ("begin savepoint s; return 1; end", "savepoint s", "null"),
    ("begin discard all; return 1; end", "all", "temp"),
    ("begin vacuum users; return 1; end", "vacuum", "analyze"),
    # names in statements that the server reads only when it runs them
    ("begin set local work_men = '1MB'; return 1; end", "work_men", "work_mem"),
    ("begin analyze users (nope); return 1; end", "nope", "name"),
    ("begin create temp table tt (like nope) on commit drop; return 1; end", "nope", "users"),
    ("begin create temp table tt (n pg_catalog.nope) on commit drop; return 1; end", "nope",
     "int8"),
    # fields of what is assigned
    ("declare u users; r record; begin select * into u from users; r := u; return r.nope; end",
     "r.nope", "r.id"),
    ("declare r record := row(1, 2); begin return r.f3; end", "r.f3", "r.f2"),
    ("declare r record; begin foreach r in array array[(1, 2)::pair] loop return r.z; end loop; "
     "return 1; end", "r.z", "r.x"),
    ("declare c refcursor; r record; begin open c for select id as i from users; fetch c into r; "
     "return r.id; end", "r.id", "r.i"),
    ("declare r record; begin return r.x; end", "begin return", "begin r := (1, 2)::pair; return"),
    ("declare q pair := '(1,2)'; begin return q.x; end", "'(1,2)'", "(1, 2)"),
    # values that are given to SQL in a text
    ("begin execute 'update users set id = $2 where id = 0' using 1; return 1; end", "$2", "$1"),
    ("declare n int; begin execute 'select length($1)' into n using p; return n; end", "using p",
     "using p::text"),
    ("declare r users; n int; begin execute 'select $1.nope' into n using r; return n; end",
     "$1.nope", "$1.id"),
    ("begin execute 'delete from f; delete from nope'; return 1; end", "nope", "users"),
    ("begin execute 'select 1 into made'; return 1; end", " into made", ""),
    # what does not fit
    ("declare n int; begin update users set name = 'x' into n; return 1; end", "'x' into n",
     "'x' returning id into n"),
    ("declare n int; begin execute 'delete from f' into n; return 1; end", "into n", ""),
    ("declare n int; begin foreach n in array p loop null; end loop; return 1; end", "array p",
     "array array[p]"),
    ("declare t text := 'a'; begin case t when 1 then return 2; else return 1; end case; end",
     "when 1", "when '1'"),
    # where a function ends
    ("begin raise notice 'x'; end", "'x';", "'x'; return 1;"),
    ("begin for i in 1..2 loop perform 1; end loop; end", "perform 1", "return 1"),
    ("begin if p > 0 then perform 1; end if; end", "perform 1; end if;", "perform 1; end if; "
     "return 1;"),
    # relations of another kind
    ("begin delete from counts; return 1; end", "from counts", "from titles"),
    ("begin refresh materialized view titles; return 1; end", "titles", "counts"),
    ("begin refresh materialized view concurrently counts; return 1; end", "concurrently ", ""),
    ("begin truncate titles; return 1; end", "titles", "f"),
    ("begin truncate kept; return 1; end", "kept;", "kept, keeps;"),
    ("begin lock table counts; return 1; end", "counts", "titles"),
    # keys that may be broken for a while
    ("begin insert into late (id) values (1) on conflict (id) do nothing; return 1; end", "(id) do",
     "(n) do"),
    ("begin insert into late (id) values (1) on conflict do nothing; return 1; end", "conflict do",
     "conflict (n) do"),
    ("begin insert into late (id) values (1) on conflict on constraint late_id do nothing; "
     "return 1; end", "on constraint late_id", "(n)"),
]  # fmt: skip
NOTHING = "create function g() returns void language plpgsql as"
SURROUNDINGS = """
create type pair as (x int, y int);
create type nest as (p pair, n text);
create table users (id int primary key, name text, seen timestamptz);
create unique index on users (lower(name));
create unique index on users (seen) where name is null;
create table f (p int, q int);
create procedure counted(inout times int) language sql as 'select times + 1';
create procedure remove(p_id int) language sql as 'delete from users where id = p_id';
create view titles as select id, name from users;
create materialized view counts as select count(*) as n from users;
create table kept (id int primary key);
create table keeps (id int references kept);
create table late (id int, n int unique, constraint late_id unique (id) deferrable);
insert into users (id, name) values (1, 'x');
insert into f values (1, 1);
"""


@pytest.mark.parametrize(("body", "wrong", "right"), WRONG_AND_RIGHT)
def test_what_the_server_would_refuse_is_found_and_its_twin_is_not(
    plain: Connection[Any], body: str, wrong: str, right: str
) -> None:
    """Both are called, so that the server says which is wrong."""
    plain.execute(SURROUNDINGS)
    head = "create or replace function f(p int) returns int language plpgsql as"
    plain.execute(f"{head} $body$ {body.replace(wrong, right)} $body$".encode())
    assert _checked(plain).wrong == ()
    plain.execute("begin; select f(1); rollback")
    plain.execute(f"{head} $body$ {body} $body$".encode())
    (found, *_) = _checked(plain).wrong
    with pytest.raises(psycopg.Error) as error:
        plain.execute("select f(1)")
    assert found.state == error.value.sqlstate


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
