"""The one door through which anything is asked of a database."""

import ast
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo

import pytest_schemaverify
from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.errors import CannotDetermine, DatabaseUnavailable, Refused


@pytest.fixture
def reader(database: Dsn) -> Iterator[Reader]:
    """What reads a database of its own."""
    with databases.connect(database, autocommit=True) as connection:
        connection.execute("create table notes (id int); insert into notes values (1)")
    with databases.reader(database) as reader:
        yield reader


ENDINGS = {
    "statements": "select 1; commit; begin read write; insert into notes values (2); commit",
    "a bracket": "select (true); commit; begin read write; insert into notes values (2); commit",
    "a comment": "select 1 -- \n; commit",
}


@pytest.mark.parametrize("text", ENDINGS.values(), ids=ENDINGS)
@pytest.mark.parametrize("how", ["asked", "rows", "columns"])
def test_no_text_ends_the_transaction(database: Dsn, reader: Reader, how: str, text: str) -> None:
    with pytest.raises(Refused):
        reader.asked(text, 10) if how == "asked" else getattr(reader, how)(text)
    with databases.connect(database) as connection:
        assert connection.execute("select count(*) from notes").fetchone() == (1,)


def test_a_statement_without_rows_is_not_run(reader: Reader) -> None:
    with pytest.raises(Refused, match="returns no rows"):
        reader.asked("commit", 10)
    assert reader.row("select pg_catalog.current_setting('transaction_read_only')") == ("on",)


def test_each_transaction_begins_with_the_same_settings(reader: Reader) -> None:
    for _ in range(2):
        reader.row("select pg_catalog.set_config('statement_timeout', '0', true)")
        reader.row("select pg_catalog.set_config('search_path', 'nowhere', true)")
        reader.begin()
        assert reader.row("show statement_timeout") == ("1min",)
        assert reader.row("show search_path") == ('"$user", public',)


@pytest.mark.parametrize("where", ["role", "database", "dsn"])
def test_the_stricter_limit_counts(database: Dsn, where: str) -> None:
    name = conninfo.conninfo_to_dict(database)["dbname"]
    with databases.connect(database, autocommit=True) as connection:
        connection.execute("drop role if exists strict_reader")
        connection.execute("create role strict_reader login")
        place = f"database {name}" if where == "database" else "role strict_reader"
        if where != "dsn":
            connection.execute(f"alter {place} set statement_timeout = '1234ms'".encode())
            connection.execute(f"alter {place} set lock_timeout = '1h'".encode())
    options = "-c statement_timeout=1234ms -c lock_timeout=1h" if where == "dsn" else ""
    try:
        with databases.reader(
            conninfo.make_conninfo(database, user="strict_reader", options=options)
        ) as strict:
            assert strict.row("show statement_timeout") == ("1234ms",)
            assert strict.row("show lock_timeout") == ("2s",)
    finally:
        with databases.connect(database, autocommit=True) as connection:
            connection.execute(f"alter database {name} reset all".encode())
            connection.execute("drop role strict_reader")


@contextmanager
def frozen(reader: Reader) -> Iterator[None]:
    """Stop the process of the server that answers, as a machine does that is swapping."""
    pid = int((reader.row("select pg_catalog.pg_backend_pid()") or (0,))[0])
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_frozen_server_is_waited_for_until_the_deadline(database: Dsn) -> None:
    with databases.reader(database, deadline=0.3) as reader, frozen(reader):
        with pytest.raises(DatabaseUnavailable, match="no answer for"):
            reader.row("select 1")
        assert reader.closed


def test_an_answer_that_is_too_large_is_left_where_it_is(reader: Reader) -> None:
    with pytest.raises(CannotDetermine, match="more than 1 MB"):
        reader.rows("select repeat('x', 1000) from generate_series(1, 100000000)", bound=1024**2)
    reader.begin()
    assert reader.row("select 1") == (1,)


def test_only_as_many_rows_as_are_looked_at_are_fetched(reader: Reader) -> None:
    assert len(reader.asked("select * from generate_series(1, 100000000)", 100)) == 100
    reader.begin()
    assert reader.row("select 1") == (1,)


def test_a_question_that_is_undone_leaves_the_transaction_as_it_was(reader: Reader) -> None:
    with reader.undone():
        reader.run("set local search_path = 'nowhere'")
        with pytest.raises(Refused, match="22012"), reader.undone():
            reader.row("select 1 / 0")
        assert reader.row("show search_path") == ("nowhere",)
    assert reader.row("show search_path") == ('"$user", public',)


ODD = {
    "the character NUL": "select 'a\0b'",
    "half of a character": "select '\ud800'",
    "a year that Python does not know": "select '294276-01-01'::date",
    "a code of another server": "do $$ begin raise sqlstate '08001'; end $$",
    "an end of the session that is none": "do $$ begin raise sqlstate '57P01'; end $$",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_what_goes_wrong_with_a_statement_is_not_the_end_of_the_connection(
    reader: Reader, text: str
) -> None:
    with pytest.raises(Refused):
        reader.rows(text)
    reader.begin()
    assert reader.row("select 1") == (1,)


OPENING = {
    "databases/dsn.py": "connects for all others",
    "databases/keepers/container.py": "waits for the server of a container of ours",
}
"""Who calls psycopg.connect()."""


def test_nobody_else_executes_on_a_connection_that_reads() -> None:
    package = Path(pytest_schemaverify.__file__).parent
    sources = {str(path.relative_to(package)): ast.parse(path.read_text("utf-8"))
               for path in package.rglob("*.py")}  # fmt: skip
    opening = {
        name
        for name, tree in sources.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "connect"
        and ast.unparse(node.value) == "psycopg"
    }
    assert opening == set(OPENING)
    public = {name for name in dir(Reader) if not name.startswith("_")}
    assert public == {
        "adapters", "address", "asked", "begin", "close", "closed", "columns", "plainly",
        "rollback", "row", "rows", "run", "undone", "version",
    }  # fmt: skip
    inside = ("reader._connection", "Reader._connection")
    assert not [
        name for name, tree in sources.items() if any(text in ast.unparse(tree) for text in inside)
    ]


def test_the_end_of_the_connection_is_told(database: Dsn, reader: Reader) -> None:
    pid = (reader.row("select pg_catalog.pg_backend_pid()") or (0,))[0]
    with databases.connect(database, autocommit=True) as connection:
        connection.execute("select pg_catalog.pg_terminate_backend(%s, 10000)", [pid])
    with pytest.raises(DatabaseUnavailable, match="terminating connection"):
        reader.row("select 1")
    assert reader.closed


@pytest.mark.parametrize("dsn", ["client_encoding=SQL_ASCII", "client_encoding=LATIN1", ""])
def test_text_is_exchanged_in_utf_8(
    database: Dsn, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "SQL_ASCII")
    with databases.reader(f"{database} {dsn}") as reader:
        assert reader.row("select 'größer €'") == ("größer €",)


def test_a_database_without_an_encoding_is_read_all_the_same(server: Server) -> None:
    with databases.connect(server.dsn, autocommit=True) as connection:
        connection.execute("drop database if exists ascii")
        connection.execute(
            "create database ascii encoding 'SQL_ASCII' locale 'C' template template0"
        )
    dsn = conninfo.make_conninfo(server.dsn, dbname="ascii")
    try:
        with psycopg.connect(dsn, client_encoding="SQL_ASCII") as connection:
            connection.execute(b"create table notes (text text default 'gr\xf6\xdfer')")
            connection.execute(b"comment on table notes is 'gr\xf6\xdfer'")
            connection.execute(b"insert into notes values (default), ('gr\xc3\xb6\xc3\x9fer')")
            connection.commit()
        with databases.reader(dsn) as reader:
            assert reader.rows("select text from notes") == [(r"gr\xf6\xdfer",), ("größer",)]
            assert reader.row("select obj_description('notes'::regclass)") == (r"gr\xf6\xdfer",)
    finally:
        with databases.connect(server.dsn, autocommit=True) as connection:
            connection.execute("drop database ascii")
