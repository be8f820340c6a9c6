"""What a file does to a database."""

import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pytest_schemaverify.errors import DatabaseUnavailable
from pytest_schemaverify.migrations.apply import Applied, apply, apply_all
from pytest_schemaverify.migrations.file_patterns import matching
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.read import read

Connection = psycopg.Connection[Any]
Write = Callable[..., Path]


def run(connection: Connection, directory: Path) -> list[Applied]:
    return apply_all(connection, read(directory).migrations)


def values(connection: Connection, query: str) -> list[Any]:
    return [row[0] for row in connection.execute(query.encode()).fetchall()]


def test_a_file_is_one_transaction(connection: Connection, write: Write) -> None:
    directory = write({"001_a.sql": "create table a (); create table b (); select 1/0;"})
    with pytest.raises(Exception, match="division by zero"):
        run(connection, directory)
    assert values(connection, "select to_regclass('a')::text") == [None]


def test_what_a_runner_needs_one_transaction_for_works(
    connection: Connection, write: Write
) -> None:
    directory = write(
        {
            "001_a.sql": "create table a (id int); lock table a;"
            "create temp table t on commit drop as select 7 as id; insert into a select id from t;"
        }
    )
    assert run(connection, directory)[0].mode == "whole"
    assert values(connection, "select id from a") == [7]


@pytest.mark.parametrize(
    "statement",
    [
        "create index concurrently a_idx on a (id)",
        "vacuum a",
        "do $$ begin insert into a values (2); commit; end $$",
        "alter type mood add value 'new'; insert into a select 1 where 'new'::mood is not null",
    ],
)
def test_a_file_that_bears_no_transaction_runs_statement_by_statement(
    connection: Connection, write: Write, statement: str
) -> None:
    connection.execute("create type mood as enum ('old')")
    directory = write({"001_a.sql": f"create table a (id int);\n{statement};\nselect 1;"})
    assert run(connection, directory)[0].mode == "statements"
    assert values(connection, "select to_regclass('a')::text") == ["a"]


def test_a_file_with_its_own_transactions_commits_each(
    connection: Connection, write: Write
) -> None:
    text = "begin; create table a (id int); commit; create index concurrently on a (id);"
    assert run(connection, write({"001_a.sql": text}))[0].mode == "own"
    with pytest.raises(Exception, match="division by zero"):
        run(connection, write({"001_a.sql": "begin; create table b (); commit; select 1/0;"}))
    assert values(connection, "select to_regclass('b')::text") == ["b"]


def test_a_transaction_left_open_is_an_error(connection: Connection, write: Write) -> None:
    directory = write({"001_a.sql": "select 1;\n  begin;\ncreate table a ();"})
    with pytest.raises(Exception, match="leaves this transaction open") as caught:
        run(connection, directory)
    assert "001_a.sql:2:3" in str(caught.value)
    assert values(connection, "select to_regclass('a')::text") == [None]


def test_bom_and_crlf_are_accepted(connection: Connection, write: Write) -> None:
    directory = write({"001_a.sql": b"\xef\xbb\xbfcreate table a (\r\n  id int\r\n);\r\n"})
    run(connection, directory)
    assert values(connection, "select count(*) from a") == [0]


def test_settings_and_roles_do_not_reach_the_next_file(
    connection: Connection, write: Write
) -> None:
    connection.execute("set work_mem = '5MB'")
    connection.execute(
        "create role migrations_other; grant all on schema public to migrations_other"
    )
    write({"001_a.sql": "select pg_catalog.set_config('search_path', '', false);"})
    write({"002_b.sql": "set role migrations_other; set work_mem = '9MB'; create table a ();"})
    directory = write({"003_c.sql": "create table b ();"})
    try:
        run(connection, directory)
        owners = values(connection, "select tableowner from pg_tables where tablename in ('a', 'b')"
                        " order by tablename")  # fmt: skip
        assert owners == ["migrations_other", "postgres"]
        assert values(connection, "show work_mem") == ["5MB"]
    finally:
        connection.execute("drop owned by migrations_other; drop role migrations_other")


def test_a_role_set_by_the_caller_is_kept(connection: Connection, write: Write) -> None:
    connection.execute("create role migrations_mine; grant all on schema public to migrations_mine")
    try:
        connection.execute("set role migrations_mine")
        run(
            connection,
            write({"001_a.sql": "create table a ();", "002_b.sql": "create table b ();"}),
        )
        owners = values(
            connection, "select tableowner from pg_tables where tablename in ('a', 'b')"
        )
        assert owners == ["migrations_mine", "migrations_mine"]
    finally:
        connection.execute("reset role; drop owned by migrations_mine; drop role migrations_mine")


def test_notices_belong_to_their_file(connection: Connection, write: Write) -> None:
    write({"001_a.sql": "create table if not exists a (); create table if not exists a ();"})
    directory = write({"002_b.sql": "do $$ begin raise warning 'careful'; end $$;"})
    first, second = run(connection, directory)
    assert [n.message for n in first.notices] == ['relation "a" already exists, skipping']
    assert [(n.severity, n.message) for n in second.notices] == [("WARNING", "careful")]


def test_a_notice_has_the_line_of_what_brought_it_about(
    connection: Connection, write: Write
) -> None:
    text = """create table if not exists a ();

create table if not exists a ();
do $$ begin
  raise notice 'one';
end $$;
create function f() returns void language plpgsql as $f$
begin
  perform 1;
  raise warning 'two';
end $f$;
do $$
begin
  perform f();
  raise notice 'three';
end $$;
select 'x'::varchar; copy (select 1) to stdout; drop table if exists b, a;
\\ir inner/more.psql
"""
    directory = write(
        {"001_a.sql": text, "inner/more.psql": "select 1;\ndo 'begin raise info $$four$$; end';"}
    )
    (applied,) = run(connection, directory)
    found = [(n.message, n.path and n.path.name, n.line) for n in applied.notices]
    own = "001_a.sql"
    assert found == [
        ('relation "a" already exists, skipping', own, 3),
        ("one", own, 5),
        ("two", own, 10),
        ("three", own, 15),
        ('table "b" does not exist, skipping', own, 17),
        ("four", "more.psql", 2),
    ]
    (whole,) = run(connection, write({"001_a.sql": text.rpartition("\\ir")[0].replace(
        "function f", "or replace function f"
    )}))  # fmt: skip
    assert whole.mode == "whole"
    assert [n.line for n in whole.notices] == [3, 5, 10, 15, 17]


def test_notices_of_a_run_that_was_undone_are_not_told_twice(
    connection: Connection, write: Write
) -> None:
    text = "do $$ begin raise notice 'hello'; commit; end $$; select 1;"
    (applied,) = run(connection, write({"001_a.sql": text}))
    assert [notice.message for notice in applied.notices if notice.sqlstate] == ["hello"]


def test_progress_is_told_before_each_file(connection: Connection, write: Write) -> None:
    directory = write({"001_a.sql": "select 1;", "002_b.sql": "select 1/0;", "003_c.sql": ""})
    told: list[tuple[int, int, str]] = []

    def progress(index: int, total: int, migration: Migration) -> None:
        told.append((index, total, migration.version))

    with pytest.raises(Exception, match="division by zero"):
        apply_all(connection, read(directory).migrations, progress)
    assert told == [(0, 3, "001"), (1, 3, "002")]


def test_copy_rows_are_streamed(connection: Connection, write: Write) -> None:
    rows = "".join(f"{n}\ttext {n}; with 'quotes\n" for n in range(3000))
    text = f"create table a (id int, t text);\ncopy a (id, t) from stdin;\n{rows}\\.\nanalyze a;\n"
    run(connection, write({"001_a.sql": text.replace("\n", "\r\n")}))
    assert values(connection, "select sum(id) from a") == [3000 * 2999 // 2]


def test_copy_without_rows_and_copy_to_stdout_are_fine(
    connection: Connection, write: Write
) -> None:
    text = "create table a (id int);\nCOPY public.a FROM stdin;\n\\.\ncopy a to stdout; select 1;"
    run(connection, write({"001_a.sql": text}))
    run(connection, write({"001_a.sql": "copy pg_class to stdout; create table b ();"}))
    assert values(connection, "select to_regclass('b')::text") == ["b"]


def test_rows_end_where_psql_ends_them(connection: Connection, write: Write) -> None:
    text = "create table a (t text);\ncopy a from stdin with (format csv);\n1\n2\n\\.\nselect 1;\n"
    run(connection, write({"001_a.sql": text}))
    assert values(connection, "select t from a order by t") == ["1", "2"]


def test_psql_commands_that_change_nothing_are_passed_over(
    connection: Connection, write: Write
) -> None:
    text = (
        "\\restrict abc\n\\set ON_ERROR_STOP on\n\\echo it's\ncreate table a ();\n\\unrestrict abc"
    )
    assert run(connection, write({"001_a.sql": text}))[0].mode == "whole"
    assert values(connection, "select to_regclass('a')::text") == ["a"]


def test_psql_commands_that_end_a_statement_end_it(connection: Connection, write: Write) -> None:
    text = (
        "create table a ()\n\\g\ncreate table b () -- one; more\n\\g\\t\\a\ncreate table c ()"
        " \\; create table d ();\n\\sf+ f\n\\echo x \\\\ create table e ();"
    )
    assert run(connection, write({"001_a.sql": text}))[0].mode == "whole"
    tables = "select relname::text from pg_class where relname ~ '^[a-e]$' order by 1"
    assert values(connection, tables) == ["a", "b", "c", "d", "e"]


def test_a_connect_command_is_left_out_and_said(connection: Connection, write: Write) -> None:
    (applied,) = run(connection, write({"001_a.sql": "\\connect app\ncreate table a ();"}))
    assert [notice.message for notice in applied.notices] == ["\\connect app was left out"]
    assert values(connection, "select to_regclass('a')::text") == ["a"]


def test_included_files_are_run(connection: Connection, write: Write) -> None:
    write(
        {
            "parts/t.sql": "create table t ();\n\\ir more/u.sql\n",
            "parts/more/u.sql": "create table u ();",
        }
    )
    run(
        connection, write({"001_a.sql": "create table s ();\n\\ir parts/t.sql\ncreate table v ();"})
    )
    assert values(connection, "select relname::text from pg_class where relname in"
                  " ('s', 't', 'u', 'v') order by 1") == ["s", "t", "u", "v"]  # fmt: skip


def test_a_dump_of_pg_dump_is_restored(connection: Connection, write: Write) -> None:
    dump = Path(__file__).with_name("pg_dump_18.sql").read_bytes()
    if connection.info.server_version < 170000:
        dump = dump.replace(b"SET transaction_timeout = 0;", b"")
    directory = write({"backup.sql": dump}, "backup")
    (backup,) = matching(directory, "backup.sql", setting="migrations.before")
    apply(connection, backup)
    assert values(connection, "select count(*) from shop.orders") == [3]
    assert values(connection, "select note from shop.orders where id = 2") == ["a\tb\nc \\. é"]
    assert values(connection, "select shop.total(1)") == [10]
    assert values(connection, "show search_path") == ['"$user", public']


def test_a_server_that_dies_is_named_with_the_file(connection: Connection, write: Write) -> None:
    directory = write({"001_a.sql": "select pg_terminate_backend(pg_backend_pid());"})
    with pytest.raises(DatabaseUnavailable, match=r"applying .*001_a\.sql\n.*went away"):
        run(connection, directory)


def test_a_server_that_dies_under_rows_is_named_with_the_file(
    connection: Connection, write: Write
) -> None:
    text = (
        "create table a (id int check (pg_terminate_backend(pg_backend_pid())));\n"
        "copy a from stdin;\n1\n\\.\n"
    )
    with pytest.raises(DatabaseUnavailable, match=r"001_a\.sql\n.*went away"):
        run(connection, write({"001_a.sql": text}))


def test_ctrl_c_ends_the_statement_on_the_server_too(connection: Connection, write: Write) -> None:
    directory = write({"001_a.sql": "create table a (); select pg_sleep(60);"})
    timer = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
    timer.start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run(connection, directory)
    assert time.monotonic() - started < 10
    assert values(connection, "select to_regclass('a')::text") == [None]


def test_a_connection_in_a_transaction_is_refused(connection: Connection, write: Write) -> None:
    directory = write({"001_a.sql": "select 1"})
    with connection.transaction(), pytest.raises(ValueError, match="autocommit"):
        run(connection, directory)


def test_semicolons_of_newer_syntax_are_understood(connection: Connection, write: Write) -> None:
    text = (
        "create function f() returns int language sql begin atomic"
        " select case when true then 1 end; select 2; end;\nbegin; select f(); commit;"
    )
    assert run(connection, write({"001_a.sql": text}))[0].mode == "own"


def test_a_file_that_changes_how_quotes_are_read_is_run_as_psql_runs_it(
    connection: Connection, write: Write
) -> None:
    text = r"""
        set standard_conforming_strings = off; set escape_string_warning = off;
        create table a (t text); insert into a values ('it\'s; here');
        set standard_conforming_strings = on; insert into a values ('c:\');
    """
    assert run(connection, write({"001_a.sql": text}))[0].mode == "statements"
    assert values(connection, "select t from a order by t") == ["c:\\", "it's; here"]
