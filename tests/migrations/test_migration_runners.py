"""What a tool could not run is refused, as that tool would be, and what it could run is not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pytest_schemaverify.migrations.apply import apply_all
from pytest_schemaverify.migrations.failure import FileFailed
from pytest_schemaverify.migrations.layouts import LAYOUTS
from pytest_schemaverify.migrations.read import read
from pytest_schemaverify.migrations.runners import RUNNERS, UNKNOWN

Connection = psycopg.Connection[Any]
Write = Callable[..., Path]

INDEX = "create index concurrently diary_at on diary (at);"
TABLE = "create table feelings (id int);"
COMMITS = "do $$ begin insert into diary values (1); commit; end $$;"
ENUM = "alter type mood add value 'odd'; insert into moods values ('odd');"

FILES = {
    "prisma": ("2_b/migration.sql", ""),
    "diesel": ("2_b/up.sql", ""),
    "pairs": ("2_b.up.sql", ""),
    "postgrator": ("2.do.b.sql", ""),
    "flyway": ("V2__b.sql", ""),
    "dbmate": ("2_b.sql", "-- migrate:up\n"),
    "goose": ("2_b.sql", "-- +goose Up\n"),
    "sql-migrate": ("2_b.sql", "-- +migrate Up\n"),
    "node-pg-migrate": ("2_b.sql", "-- Up Migration\n-- Down Migration\n-- Up Migration\n"),
    "tern": ("2_b.sql", ""),
    "supabase": ("2_b.sql", ""),
}
"""By layout the name of a file, and what stands in front of its SQL."""
WAYS_OUT = {
    "dbmate": ("2_b.sql", "-- migrate:up transaction:false\n"),
    "goose": ("2_b.sql", "-- +goose NO TRANSACTION\n-- +goose Up\n"),
    "sql-migrate": ("2_b.sql", "-- +migrate Up notransaction\n"),
    "tern": ("2_b.sql", "---- tern: disable-tx ----\n"),
}
"""How a file says that it wants no transaction."""
SPLITTING = ("goose", "sql-migrate", "tern")


def refusal(connection: Connection, directory: Path, layout: str) -> str:
    connection.execute(
        "create type mood as enum ('sad'); create table moods (m mood); create table diary (at int)"
    )
    try:
        apply_all(connection, read(directory, layout=layout).migrations)
    except FileFailed as error:
        return str(error)
    return ""


def test_every_layout_has_a_runner_or_none_is_known() -> None:
    assert RUNNERS.keys() | UNKNOWN | {"sqitch"} == LAYOUTS.keys()
    assert FILES.keys() == RUNNERS.keys()


@pytest.mark.parametrize("sql", [INDEX, COMMITS, ENUM], ids=["25001", "2D000", "55P04"])
@pytest.mark.parametrize("layout", FILES)
def test_what_the_tool_could_not_run_is_refused(
    connection: Connection, write: Write, layout: str, sql: str
) -> None:
    name, head = FILES[layout]
    text = refusal(connection, write({name: f"{head}{TABLE}\n{sql}\n"}), layout)
    assert f"{RUNNERS[layout].name} runs this file in one" in text
    assert f"{RUNNERS[layout].way_out}; or say `one_by_one: true`" in text
    line = head.count("\n") + 2
    assert f"{name}:{line}:" in text
    assert connection.execute("select to_regclass('feelings')").fetchone() == (None,)


@pytest.mark.parametrize("layout", [one for one in FILES if RUNNERS[one].sends == "transaction"])
def test_a_transaction_of_the_tools_own_is_one_for_a_single_statement_too(
    connection: Connection, write: Write, layout: str
) -> None:
    name, head = FILES[layout]
    text = refusal(connection, write({name: head + COMMITS}), layout)
    assert "invalid transaction termination" in text


@pytest.mark.parametrize("sql", [INDEX, COMMITS], ids=["25001", "2D000"])
@pytest.mark.parametrize("layout", FILES)
def test_what_stands_before_a_transaction_of_the_files_own_is_in_the_tools(
    connection: Connection, write: Write, layout: str, sql: str
) -> None:
    name, head = FILES[layout]
    text = refusal(connection, write({name: f"{head}{sql}\nbegin;\n{TABLE}\ncommit;\n"}), layout)
    assert f"{RUNNERS[layout].name} runs this file in one" in text
    assert f"{name}:{head.count(chr(10)) + 1}:" in text


@pytest.mark.parametrize("layout", FILES)
def test_rows_of_copy_take_no_file_out_of_its_transaction(
    connection: Connection, write: Write, layout: str
) -> None:
    name, head = FILES[layout]
    copy = "copy diary (at) from stdin;\n1\n\\.\n"
    text = refusal(connection, write({name: f"{head}{copy}{INDEX}\n"}), layout)
    assert f"{RUNNERS[layout].name} runs this file in one" in text
    assert connection.execute("select at from diary").fetchall() == []


@pytest.mark.parametrize("layout", FILES)
def test_a_file_with_its_own_transaction_or_rows_of_copy_runs(
    connection: Connection, write: Write, layout: str
) -> None:
    name, head = FILES[layout]
    copy = "copy diary (at) from stdin;\n1\n\\.\n"
    files = {name: f"{head}begin;\n{TABLE}\ncommit;\n", name.replace("2", "3", 1): head + copy}
    assert refusal(connection, write(files), layout) == ""
    assert connection.execute("select at from diary").fetchall() == [(1,)]
    assert connection.execute("select to_regclass('feelings')").fetchone() != (None,)


@pytest.mark.parametrize(
    ("layout", "files"),
    [
        *((one, FILES) for one in FILES if RUNNERS[one].sends == "message"),
        ("flyway", FILES),
        *((one, WAYS_OUT) for one in WAYS_OUT),
    ],
)
def test_a_statement_with_a_file_of_its_own_runs_in_the_tools_way(
    connection: Connection, write: Write, layout: str, files: dict[str, tuple[str, str]]
) -> None:
    name, head = files[layout]
    assert refusal(connection, write({name: head + INDEX}), layout) == ""


@pytest.mark.parametrize("layout", WAYS_OUT)
def test_without_a_transaction_it_may_still_be_one_message(
    connection: Connection, write: Write, layout: str
) -> None:
    name, head = WAYS_OUT[layout]
    text = refusal(connection, write({name: f"{head}{TABLE}\n{INDEX}"}), layout)
    assert bool(text) == (layout not in SPLITTING), text


ALMOST = [
    ("dbmate", "-- migrate:up transaction:FALSE\n"),
    ("dbmate", "-- migrate:up transaction: false\n"),
    ("dbmate", "-- migrate:up transaction:false,\n"),
    ("dbmate", "-- migrate:up notransaction:false\n"),
    ("dbmate", "-- migrate:up\n-- migrate:down transaction:false\n-- migrate:up\n"),
    ("goose", "-- +goose NO TRANSACTION because of the index\n-- +goose Up\n"),
    ("goose", "  -- +goose NO TRANSACTION\n-- +goose Up\n"),
    ("goose", "-- +goose NO  TRANSACTION\n-- +goose Up\n"),
    ("sql-migrate", "-- +migrate Up NOTRANSACTION\n"),
    ("sql-migrate", "-- +migrate Up notransaction,\n"),
    ("sql-migrate", "-- +migrate Up\n-- +migrate Down notransaction\n-- +migrate Up\n"),
    ("tern", "---- TERN: disable-tx ----\n"),
    ("tern", "---- tern: disable-tx\n"),
]
"""What looks like asking for no transaction, and is not read so by the tool."""
ALSO = [
    ("dbmate", "--migrate:up foo:bar transaction:false\n"),
    ("goose", "-- +goose Up\n--+goose no transaction\r\n"),
    ("sql-migrate", "-- +migrate  Up  notransaction\n"),
    ("tern", "-- an index\n---- tern: disable-tx ----\n"),
]


@pytest.mark.parametrize(
    ("layout", "head", "asks"),
    [*((*one, False) for one in ALMOST), *((*one, True) for one in ALSO)],
)
def test_no_transaction_is_asked_for_as_the_tool_reads_it(
    connection: Connection, write: Write, layout: str, head: str, asks: bool
) -> None:
    text = refusal(connection, write({"2_b.sql": head + INDEX}), layout)
    assert (not text) == asks
    assert asks or f"{RUNNERS[layout].name} runs this file in one transaction" in text


@pytest.mark.parametrize(
    ("beside", "text", "layout"),
    [
        ("2_b/metadata.toml", "run_in_transaction = false", "diesel"),
        ("V2__b.sql.conf", "executeInTransaction=false", "flyway"),
    ],
)
def test_what_lies_beside_the_file_is_asked(
    connection: Connection, write: Write, beside: str, text: str, layout: str
) -> None:
    name, head = FILES[layout]
    assert refusal(connection, write({name: head + COMMITS, beside: text}), layout) == ""


@pytest.mark.parametrize("layout", FILES)
def test_what_bears_a_transaction_runs_in_one(
    connection: Connection, write: Write, layout: str
) -> None:
    name, head = FILES[layout]
    sql = f"{TABLE} lock table feelings; insert into feelings values (1);"
    assert refusal(connection, write({name: head + sql}), layout) == ""
    assert connection.execute("select id from feelings").fetchone() == (1,)


@pytest.mark.parametrize("layout", FILES)
def test_a_deferred_constraint_that_breaks_at_the_end_has_the_place_of_the_file(
    connection: Connection, write: Write, layout: str
) -> None:
    name, head = FILES[layout]
    sql = "create table a (id int primary key, b int references a initially deferred);"
    text = refusal(connection, write({name: f"{head}{sql} insert into a values (1, 2);"}), layout)
    assert "violates foreign key constraint" in text
    assert f"{name}:" in text


def test_a_tool_that_nobody_knows_gets_a_note(connection: Connection, write: Write) -> None:
    directory = write({"001_a.sql": f"create table diary (at int);\n{INDEX}"})
    (applied,) = apply_all(connection, read(directory).migrations)
    (notice,) = applied.notices
    assert notice.line == 2
    assert "CREATE INDEX CONCURRENTLY cannot run inside a transaction block" in notice.message


def test_who_sends_statements_one_by_one_says_so(connection: Connection, write: Write) -> None:
    directory = write({"2_b.sql": f"-- +goose Up\ncreate table diary (at int);\n{INDEX}"})
    (applied,) = apply_all(connection, read(directory).run_by("").migrations)
    assert (applied.mode, applied.notices) == ("statements", ())
