"""Bodies of functions, by parsing and by plpgsql_check."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.catalog import read
from pytest_schemaverify.config import Config
from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.reading import Reader
from pytest_schemaverify.routines import Checked, checked

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


def _checked(connection: Connection[Any]) -> Checked:
    with connection.transaction():
        connection.execute("set transaction read only")
        return checked(Reader(connection), read(connection), frozenset({"public"}))


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
        "return sqlerrm; exception when others then return sqlstate; end",
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


@pytest.mark.skipif(not PACKAGED, reason="no server has plpgsql_check")
def test_plpgsql_check_is_asked_where_it_is_installed() -> None:
    bin_dir = str(PACKAGED[-1].parent.parent / "bin")
    with databases.start(Config(bin_dir=bin_dir)) as server:
        dsn = databases.create(server, name="bodies", platform="postgres", extensions={}).dsn
        with databases.connect(dsn, autocommit=True) as connection:
            connection.execute("create extension plpgsql_check")
            connection.execute(SQL)
            found = _checked(connection)
    assert found.by.startswith("plpgsql_check ")
    assert [(one.function, one.line) for one in found.wrong] == [
        ("public.bad(integer)", 4),
        ("public.stamp()", 2),
    ]
