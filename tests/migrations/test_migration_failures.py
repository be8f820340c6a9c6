"""What is said about a file that does not apply."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import psycopg
import pytest

from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.migrations.apply import apply_all
from pytest_schemaverify.migrations.failure import Failure, FileFailed
from pytest_schemaverify.migrations.read import read

Connection = psycopg.Connection[Any]
Write = Callable[..., Path]


def failure(connection: Connection, directory: Path) -> Failure:
    with pytest.raises(FileFailed) as caught:
        apply_all(connection, read(directory).migrations)
    return caught.value.failure


def marked(connection: Connection, write: Write, text: str) -> str:
    """Run a file and return it with » put where the failure says that it is."""
    directory = write({"001_a.sql": text})
    found = failure(connection, directory)
    lines = text.removeprefix("\ufeff").split("\n")
    line = lines[found.line - 1]
    return f"{line[: found.column - 1]}»{line[found.column - 1 :]}".strip()


CASES = {
    "a position from the server": ("select 1;\nselect no, 1;", "select »no, 1;"),
    "behind a BOM": ("\ufeffselect no;", "select »no;"),
    "behind CRLF": ("select 1;\r\n\r\nselect 1,\r\n\tno;\r\n", "»no;"),
    "behind characters of many bytes": ("select 'é日😀', no;", "select 'é日😀', »no;"),
    "a statement that has no position": (
        "create table a ();\n-- again\ncreate table a ();\n",
        "create table »a ();",
    ),
    "a name that is there twice": (
        "create table a ();\ncreate table a (a int);\n",
        "»create table a (a int);",
    ),
    "a syntax error": ("create table a ();\ncreate tabel b ();", "create »tabel b ();"),
    "a syntax error in a file with its own transaction": (
        "begin;\ncreate table a ();\ncreate tabel b ();\ncommit;",
        "create »tabel b ();",
    ),
    "a quote that nothing closes": ("select 1;\nselect 'abc;\n", "select »'abc;"),
    "an exception in a DO block": (
        "select 1;\ndo $$\nbegin\n  -- é\n  raise exception 'no';\nend $$;",
        "»raise exception 'no';",
    ),
    "on the line of the opening quote": (
        "do $$ begin\nperform 1/0; end $$;",
        "»perform 1/0; end $$;",
    ),
    "a query in a DO block": (
        "do $$\nbegin\n  perform 1;\n  create table a as\n    select 1 from nowhere;\nend $$;",
        "select 1 from »nowhere;",
    ),
    "EXECUTE in a DO block": (
        "do $$\nbegin\n  execute 'select ' || 'no';\nend $$;",
        "»execute 'select ' || 'no';",
    ),
    "a syntax error in a function body": (
        "create function f() returns int language plpgsql as $$\nbegin\n  retrun 1;\nend $$;",
        "»retrun 1;",
    ),
    "an error in the second of two equal bodies": (
        "select $$\nbegin\n  retrun 1;\nend $$;\n"
        "create function f() returns int language plpgsql as $$\nbegin\n  retrun 1;\nend $$;",
        "»retrun 1;",
    ),
    "a body of a SQL function": (
        "create function f() returns int language sql as $$\n  select a\n  from nowhere;\n$$;",
        "from »nowhere;",
    ),
    "a function of this file that is called": (
        "create function f() returns int language plpgsql as $$\nbegin\n  return 1/0;\nend $$;\n"
        "select f();",
        "»return 1/0;",
    ),
    "the latest definition of a function of this file": (
        "create function f() returns int language plpgsql as $$ begin return 1; end $$;\n\n\n"
        "create or replace function f() returns int language plpgsql as $$\nbegin\n"
        " return 1/0; end $$;\nselect f();",
        "»return 1/0; end $$;",
    ),
    "a trigger function of this file": (
        "create table a (id int);\ncreate function public.t() returns trigger language plpgsql"
        " as $f$\nbegin\n  raise exception 'no';\nend $f$;\ncreate trigger t before insert on a"
        " for each row execute function t();\ninsert into a values (1);",
        "»raise exception 'no';",
    ),
    "a row of a COPY block": (
        "create table a (id int);\ncopy a from stdin;\n1\n2\nx\n\\.\nselect 1;",
        "»x",
    ),
    "a COPY into nothing": (
        "select 1;\n  copy nowhere from stdin;\n1\n\\.\n",
        "copy »nowhere from stdin;",
    ),
    "a constraint that is violated": (
        "create table a (id int check (id > 0));\ninsert into a values (1);\ninsert into a\n"
        "  values (-1);",
        "»insert into a",
    ),
    "psql's \\gexec": ("select 'select 1' \\gexec\n", "select 'select 1' »\\gexec"),
    "psql's \\if": ("select 1;\n  \\if :yes\nselect 2;\n\\endif\n", "»\\if :yes"),
    "psql's \\copy": ("\\copy a from 'rows.csv' csv\n", "»\\copy a from 'rows.csv' csv"),
    "psql's \\gset": ("select 1 as a \\gset\n", "select 1 as a »\\gset"),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_the_place_is_exact(connection: Connection, write: Write, text: str, expected: str) -> None:
    assert marked(connection, write, text) == expected


def test_what_only_psql_can_do_is_refused_before_anything_is_run(
    connection: Connection, write: Write
) -> None:
    directory = write({"001_a.sql": "create table a ();\nselect 'drop table a'\n  \\gexec\n"})
    found = failure(connection, directory)
    assert found.where.endswith("001_a.sql:3:3")
    assert found.message == "only psql can carry out \\gexec"
    assert "a do block with if, execute and exceptions" in found.remedy
    assert connection.execute("select to_regclass('a')").fetchone() == (None,)


def test_the_second_of_two_equal_bodies_is_meant_by_line(
    connection: Connection, write: Write
) -> None:
    body = "$$\nbegin\n  retrun 1;\nend $$"
    text = f"select {body};\ncreate function f() returns int language plpgsql as {body};"
    assert failure(connection, write({"001_a.sql": text})).line == 7


def test_the_text_holds_all_that_helps(
    connection: Connection, write: Write, tmp_path: Path
) -> None:
    write({"002_b.sql": "create table a (\n\tid int,\n\tx text references nowhere (id)\n);\n"})
    directory = write({"001_a.sql": "select 1;", "003_c.sql": "", "004_d.sql": ""})
    with pytest.raises(MigrationFailed) as caught:
        apply_all(connection, read(directory).migrations)
    assert str(caught.value) == dedent(f"""\
        applying {tmp_path}/migrations/002_b.sql:3:20
          because relation "nowhere" does not exist (SQLSTATE 42P01)
                    1 | create table a (
                    2 | \tid int,
                  > 3 | \tx text references nowhere (id)
                      | \t                  ^
                    4 | );
          do      not run after it: 003_c.sql, 004_d.sql""")


def test_how_a_statement_begins_is_told_where_its_first_line_is_far_off(
    connection: Connection, write: Write
) -> None:
    columns = "".join(f"  c{number} int,\n" for number in range(9))
    text = f"create table a (\n{columns}  d nowhere\n);\n"
    told = str(FileFailed(failure(connection, write({"001_a.sql": text}))))
    assert "statement: create table a (\n" in told


def test_the_hint_and_the_detail_of_the_server_are_shown(
    connection: Connection, write: Write
) -> None:
    text = "do $$ begin\n raise exception 'no' using hint = 'try', detail = 'why'; end $$;"
    found = failure(connection, write({"001_a.sql": text}))
    assert (found.sqlstate, found.hint, found.detail) == ("P0001", "try", "why")
    text = str(FileFailed(found))
    assert "detail: why\n" in text
    assert "in: PL/pgSQL function inline_code_block line 2 at RAISE" in text
    assert text.endswith("do      try")


def test_the_statement_is_kept_from_its_beginning(connection: Connection, write: Write) -> None:
    found = failure(connection, write({"001_a.sql": "select 1;\nselect 'x',\n no;\nselect 2;"}))
    assert found.statement == "select 'x',\n no"
    found = failure(connection, write({"001_a.sql": "select 1;\nselect 2;\nsleect 3;"}))
    assert found.statement == "sleect 3"


@pytest.mark.parametrize(
    "text",
    [
        "create role migrations_x password 'hunter2' nonsense;",
        "create role migrations_x password\n 'hunter2' nonsense;",
        "do $$ begin execute 'alter role nobody_there password ''hunter2'''; end $$;",
        "select dblink_connect('postgresql://me:hunter2@host/db');",
        "select dblink_connect('host=h password=hunter2 user=u');",
        "create role migrations_x encrypted password e'it''s hunter2' nonsense;",
    ],
)
def test_a_password_is_not_shown(connection: Connection, write: Write, text: str) -> None:
    found = failure(connection, write({"001_a.sql": text}))
    assert "hunter2" not in str(FileFailed(found))
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize("statement", ["create extension nonsense", "create language nonsense"])
def test_a_missing_extension_comes_with_ways_out(
    connection: Connection, write: Write, statement: str
) -> None:
    with pytest.raises(MigrationFailed) as caught:
        apply_all(connection, read(write({"001_a.sql": f"{statement};"})).migrations)
    text = str(caught.value)
    assert "the server lacks the extension nonsense; ways out:" in text
    assert "--schema-bin-dir" in text
    assert "--schema-dsn" in text


@pytest.mark.parametrize(
    ("statement", "remedy"),
    [
        ("create extension postgis", "the server lacks the extension postgis"),
        ("drop extension plpgsql; create extension plpgsql version '9'", "has plpgsql in another"),
        ("create table auth.a ()", "platform: supabase"),
        ("grant select on pg_class to authenticated", "platform: supabase"),
        ("create table a (id uuid references auth.users)", "platform: supabase"),
        ("select auth.uid()", "platform: supabase"),
        ("set nonsense_timeout = 0", "this server has no nonsense_timeout"),
        ("create table a (v vector(3))", "extensions: {vector: …}"),
        ("create table a (v extensions.halfvec(3))", "platform: supabase"),
    ],
)
def test_what_is_missing_comes_with_a_remedy(
    connection: Connection, write: Write, statement: str, remedy: str
) -> None:
    assert remedy in failure(connection, write({"001_a.sql": f"{statement};"})).remedy


def test_psql_variables_are_named_as_the_reason(connection: Connection, write: Write) -> None:
    found = failure(connection, write({"001_a.sql": "\\set n 5\nselect :n;"}))
    assert "psql's variables (:name) are not filled in" in found.remedy


def test_the_connection_can_be_used_after_a_failure(connection: Connection, write: Write) -> None:
    failure(connection, write({"001_a.sql": "begin; set role pg_monitor; select 1/0;"}))
    assert connection.execute("select current_user").fetchone() == ("postgres",)


def test_an_error_in_an_included_file_is_placed_there(connection: Connection, write: Write) -> None:
    write({"parts/t.sql": "select 1;\nselect no;"})
    found = failure(connection, write({"001_a.sql": "\\ir parts/t.sql"}))
    assert (found.path.name, found.line, found.column) == ("t.sql", 2, 8)


def test_a_file_that_includes_itself_or_nothing_is_an_error(
    connection: Connection, write: Write
) -> None:
    found = failure(connection, write({"001_a.sql": "select 1;\n\\i 001_a.sql\n"}))
    assert found.message == "001_a.sql includes itself"
    found = failure(connection, write({"001_a.sql": "select 1;\n\\i 'nothing.sql'\n"}))
    assert (found.line, found.message) == (2, "there is no file nothing.sql")


@pytest.mark.parametrize(
    ("content", "because"),
    [
        (b"select 1;\r\n-- caf\xe9\r\n", r"001_a\.sql:2:7\n.*byte 0xe9"),
        (b"\xef\xbb\xbfselect '\xff';", r"001_a\.sql:1:9\n.*byte 0xff"),
        ("select 1;".encode("utf-16"), r"001_a\.sql:1:1\n.*UTF-16"),
        (b"select 1;\nselect '\0';", r"001_a\.sql:2:9\n.*zero byte"),
    ],
)
def test_a_file_that_is_no_utf_8_is_refused_with_its_place(
    connection: Connection, write: Write, content: bytes, because: str
) -> None:
    with pytest.raises(MigrationFailed, match=because):
        apply_all(connection, read(write({"001_a.sql": content})).migrations)


@pytest.mark.parametrize("magic", [b"PGDMP\x01", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"])
def test_an_archive_is_told_from_sql(connection: Connection, write: Write, magic: bytes) -> None:
    with pytest.raises(MigrationFailed, match=r"not SQL\n.*pg_restore"):
        apply_all(connection, read(write({"001_a.sql": magic})).migrations)


def test_a_very_long_line_is_cut_around_the_place(connection: Connection, write: Write) -> None:
    text = f"select {'1, ' * 500}no, {'2, ' * 500}3;"
    found = failure(connection, write({"001_a.sql": text}))
    shown, caret = found.frame.splitlines()
    assert len(shown) < 180
    assert shown[caret.index("^") :].startswith("no,")
