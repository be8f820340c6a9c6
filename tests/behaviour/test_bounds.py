"""What a statement may take: time, files, memory, and room here for its answer."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.behaviour.access.trying.observations import MOST_MET
from pytest_schemaverify.databases import Dsn, resource_bounds
from pytest_schemaverify.databases.bounded_queries import answer
from pytest_schemaverify.databases.bounds import BOUNDS, MEGABYTE, READING, Bounds
from pytest_schemaverify.databases.resource_bounds import BoundMet
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.settings.values import milliseconds
from tests.projects import MIGRATION, Project
from tests.projects import project as project  # a fixture

TIGHT = Bounds(statement=500, lock=60, files=MEGABYTE, memory=120 * MEGABYTE, answer=MEGABYTE)
MANY = "with recursive r as (select 1 as n union all select n + 1 from r)"


@pytest.fixture
def held(database: Dsn) -> Iterator[Connection[Any]]:
    with databases.connect(database, autocommit=True) as connection:
        resource_bounds.hold(connection, TIGHT, ours=True)
        yield connection


def met(connection: Connection[Any], statement: str) -> str:
    """Return which bound a statement meets."""
    try:
        answer(connection, statement.encode())
    except BoundMet as error:
        return error.bound
    except psycopg.Error as error:
        return resource_bounds.met(connection, error) or f"no bound: {error}"
    return ""


@pytest.mark.parametrize(
    ("statement", "bound"),
    [
        ("select pg_sleep(1000)", "it ran longer than 500 ms"),
        ("set statement_timeout = 100; select pg_sleep(1000)", "it ran longer than 500 ms"),
        (
            "select count(*) from generate_series(1, 1000000000)",
            "it wrote more than 1 MB of temporary files",
        ),
        (f"{MANY} select n from r", "it returned more than 1 MB"),
        (f"{MANY} select repeat('x', 10000) from r", "it returned more than 1 MB"),
        ("select repeat('x', 2000000)", "it returned more than 1 MB"),
    ],
)
def test_a_bound_that_is_met_is_named(statement: str, bound: str, held: Connection[Any]) -> None:
    assert met(held, statement) == bound
    assert answer(held, b"select 1").rows == ((1,),)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems bound no other's memory")
def test_memory_is_bounded_where_no_setting_does(held: Connection[Any]) -> None:
    grows = "select length(array_agg(repeat('x', 10000000))::text) from generate_series(1, 100)"
    assert met(held, grows) == "it took more memory than 120 MB"
    assert answer(held, b"select 1").rows == ((1,),)


def test_a_lock_that_is_never_free_is_a_bound(held: Connection[Any], database: Dsn) -> None:
    held.execute("create table a (b int)")
    with databases.connect(database) as other:
        other.execute("lock a")
        assert met(held, "select * from a") == "it waited for a lock longer than 60 ms"


def test_what_goes_on_when_it_is_canceled_ends_with_the_connection(held: Connection[Any]) -> None:
    deaf = (
        "do $$ begin loop begin perform pg_sleep(1000);"
        " exception when query_canceled then null; end; end loop; end $$"
    )
    started = time.monotonic()
    assert met(held, deaf) == "it ran longer than 500 ms, and went on when it was canceled"
    assert time.monotonic() - started < 6
    assert held.closed


def test_the_answer_is_that_of_the_last_statement(held: Connection[Any]) -> None:
    last = answer(held, b"create table a (b int); select 5; insert into a values (1), (2)")
    assert (last.columns, last.rows, last.count) == (None, (), 2)
    last = answer(held, b"select 1; select b, true, null::text, array[b], '[1]'::jsonb from a")
    assert last.columns == ("b", "?column?", "text", "array", "jsonb")
    assert last.rows == ((1, True, None, [1], [1]), (2, True, None, [2], [1]))
    assert answer(held, b"select from a where false").columns == ()
    with pytest.raises(psycopg.errors.SyntaxError):
        answer(held, b"select 1; sleect 2; select 3")
    assert answer(held, b"select 3").rows == ((3,),)


@pytest.mark.parametrize("statement", ["copy a to stdout", "copy a from stdin"])
def test_copying_is_refused_and_harms_nothing(statement: str, held: Connection[Any]) -> None:
    held.execute("create table a as select generate_series(1, 1000) as b")
    with pytest.raises(psycopg.Error):
        answer(held, statement.encode())
    assert answer(held, b"select count(*) from a").rows == ((1000,),)


@pytest.mark.parametrize(
    ("of_database", "of_role", "here", "given", "limit"),
    [
        ("", "", "", "", "10000"),
        ("7s", "", "", "", "10000"),
        ("", "8s", "", "", "8000"),
        ("", "15min", "", "", "10000"),
        ("", "0", "", "", "10000"),
        ("", "3s", "8s", "", "8000"),
        ("", "8s", "3s", "", "3000"),
        ("", "8s", "", "500ms", "500"),
        ("", "8s", "", "1min", "8000"),
        ("", "", "", "0", "10000"),
    ],
)
def test_the_strictest_time_out_wins(
    of_database: str, of_role: str, here: str, given: str, limit: str, database: Dsn
) -> None:
    name = f"bounded_{database.dbname}"
    settings = {
        f"database {database.dbname}": of_database,
        f"role {name}": of_role,
        f"role {name} in database {database.dbname}": here,
    }
    with databases.connect(database, autocommit=True) as connection:
        connection.execute(f"create role {name}".encode())
        try:
            for whose, value in settings.items():
                if value:
                    setting = f"alter {whose} set statement_timeout = '{value}'"
                    connection.execute(setting.encode())
            resource_bounds.hold(connection, Bounds())
            found = resource_bounds.timeouts(connection, name, {"statement_timeout": given})
            assert found == {"statement_timeout": limit, "lock_timeout": "2000"}
        finally:
            connection.execute(f"drop role {name}".encode())


def test_what_the_database_brings_along_holds_for_the_administrator(database: Dsn) -> None:
    with databases.connect(database, autocommit=True) as connection:
        limit = f"alter database {database.dbname} set statement_timeout = '150ms'"
        connection.execute(limit.encode())
    with databases.connect(database, autocommit=True) as connection:
        resource_bounds.hold(connection, TIGHT)
        resource_bounds.hold(connection, TIGHT)
        assert met(connection, "select pg_sleep(1000)") == "it ran longer than 150 ms"


@pytest.mark.parametrize(
    ("text", "number"),
    [("10s", 10_000), ("500", 500), ("1.5 min", 90_000), ("2h", 7_200_000), ("100us", 0)],
)
def test_durations_are_read_as_postgresql_writes_them(text: str, number: int) -> None:
    assert milliseconds(text) == number


def test_the_page_has_the_bounds_that_there_are() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/bounds.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| ")][2:]
    found = [row[1] for row in rows]
    assert [Config().statement_limit, BOUNDS.seconds] == [BOUNDS.statement, 300]
    assert [text for text, told in zip(found, (
        f"{BOUNDS.statement // 1000} s:", f"{BOUNDS.lock // 1000} s",
        f"{BOUNDS.files // MEGABYTE} MB", f"{BOUNDS.memory // MEGABYTE} MB",
        f"{BOUNDS.answer // MEGABYTE} MB", f"{BOUNDS.met}, then", f"{BOUNDS.met}, and {MOST_MET}",
        f"{BOUNDS.calls}, and 30 times", f"{BOUNDS.script // 1000} s",
    ), strict=True) if not text.startswith(told)] == []  # fmt: skip
    queries = f"{READING.files // MEGABYTE} MB\nof temporary files, {READING.memory // MEGABYTE} MB"
    assert queries in page
    assert f"{READING.statement // 60_000} minutes" in page


def test_queries_of_the_file_are_bounded_on_a_disposable_database(project: Project) -> None:
    project.write("migrations/001_users.sql", MIGRATION)
    project.expect(
        "migrations: {directory: migrations}\n"
        "data: {queries: {files: {sql: \"select current_setting('temp_file_limit')\","
        " returns: 1GB}}}\n"
    )
    result = project.run("-q")
    assert result.ret == 0, str(result.stdout)
