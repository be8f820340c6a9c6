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
    "drizzle": ("2_b.sql", ""),
    "graphile-migrate": ("committed/000002-b.sql", ""),
    "supabase": ("2_b.sql", ""),
}
"""By layout the name of a file, and what stands in front of its SQL."""
WAYS_OUT = {
    "dbmate": ("2_b.sql", "-- migrate:up transaction:false\n"),
    "goose": ("2_b.sql", "-- +goose NO TRANSACTION\n-- +goose Up\n"),
    "sql-migrate": ("2_b.sql", "-- +migrate Up notransaction\n"),
    "tern": ("2_b.sql", "---- tern: disable-tx ----\n"),
    "graphile-migrate": ("committed/000002.sql", "--! no-transaction\n"),
}
"""How a file says that it wants no transaction."""
SPLITTING = ("goose", "sql-migrate", "tern")


def refusal(connection: Connection, directory: Path, layout: str, *, make: bool = True) -> str:
    if make:
        connection.execute(
            "create type mood as enum ('sad'); create table moods (m mood);"
            "create table diary (at int)"
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


def test_dbmate_runs_each_of_several_sections_by_itself(
    connection: Connection, write: Write
) -> None:
    table = f"-- migrate:up\n{TABLE}\n-- migrate:down\ndrop table feelings;\n"
    index = f"-- migrate:up transaction:false\n{INDEX}\n-- migrate:down\ndrop index diary_at;\n"
    last = f"-- migrate:up\n{INDEX}\n-- migrate:down\n"
    said = refusal(connection, write({"1_a.sql": table + index, "2_b.sql": index + last}), "dbmate")
    assert "2_b.sql:2:" in said, "the index is there already"
    apply_all(connection, read(write({}), layout="dbmate").down[-1:])
    # The first section asks for no transaction, and the second has one.
    said = refusal(connection, write({"1_a.sql": index + last}, "again"), "dbmate", make=False)
    assert "1_a.sql:6:1\n" in said
    assert "dbmate runs this file in one transaction" in said
    assert connection.execute("select to_regclass('diary_at')").fetchone() != (None,)


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


CUTTING = {
    "goose": ("-- +goose Up\n", "-- +goose StatementBegin\n", "-- +goose StatementEnd\n"),
    "sql-migrate": (
        "-- +migrate Up\n", "-- +migrate StatementBegin\n", "-- +migrate StatementEnd\n"
    ),
}  # fmt: skip
"""By layout the beginning of a file, and what holds a statement together."""
BODY = "create function one() returns int language plpgsql as $$\nbegin\n  return 1;\nend $$;\n"
CUT = {
    "body": (BODY, 2),
    "no-semicolon": ("create table one (id int)\n", 2),
    "behind-a-comment": ("create table one (id int); /* one */\n", 2),
    "text": ("select 1;\ncomment on table diary is 'a;\nb';\n", 3),
    "rule": ("create rule r as on insert to diary do also (\nselect 1;\nselect 2;\n);\n", 2),
    "atomic": ("create function one() returns int\nbegin atomic\n  select 1;\nend;\n", 2),
    "not-closed": ("{}create table one (id int);\n", 3),
    "spaces": ("  {}" + BODY, 3),
}
"""By name what such a tool cuts, or finds no end of, and the line where that begins."""


@pytest.mark.parametrize("case", CUT)
@pytest.mark.parametrize("layout", CUTTING)
def test_what_the_tool_cuts_at_the_end_of_a_line_is_refused(
    connection: Connection, write: Write, layout: str, case: str
) -> None:
    head, begin, end = CUTTING[layout]
    sql, line = CUT[case]
    text = refusal(connection, write({"2_b.sql": head + sql.replace("{}", begin)}), layout)
    assert f"{layout} ends a statement where a line ends with a semicolon" in text
    assert f"2_b.sql:{line}:" in text
    assert begin.strip() in text
    assert end.strip() in text


@pytest.mark.parametrize("layout", CUTTING)
def test_what_the_tool_is_told_to_hold_together_runs(
    connection: Connection, write: Write, layout: str
) -> None:
    head, begin, end = CUTTING[layout]
    whole = f"-- first;\n/* all */\n{begin}{BODY}{end}\nselect one(); -- a;\nselect\n-- b;\n1;\r\n"
    down = head.replace("Up", "Down") + begin + BODY.replace("one", "two") + end
    assert refusal(connection, write({"2_b.sql": head + whole + "-- end\n" + down}), layout) == ""
    assert connection.execute("select one()").fetchone() == (1,)


@pytest.mark.parametrize("layout", CUTTING)
@pytest.mark.parametrize("apart", [True, False])
def test_without_a_transaction_a_line_is_still_one_message(
    connection: Connection, write: Write, layout: str, apart: bool
) -> None:
    _, head = WAYS_OUT[layout]
    between = "\n" if apart else " "
    text = refusal(connection, write({"2_b.sql": f"{head}{TABLE}{between}{INDEX}\n"}), layout)
    assert bool(text) != apart
    assert apart or "CREATE INDEX CONCURRENTLY cannot run inside a transaction block" in text


@pytest.mark.parametrize(
    ("layout", "first", "told"),
    [
        ("goose", TABLE, "with SQL without that line"),
        ("goose", f"/* a */\n{TABLE}", "with SQL without that line"),
        ("goose", f"-- a\n{TABLE}\n-- +goose Up\n", "with SQL in front of it"),
        ("dbmate", TABLE, "with SQL without that line"),
        ("dbmate", f"-- a\n{TABLE}\n-- migrate:up\n", "with SQL in front of it"),
        ("sql-migrate", TABLE, "with SQL without that line"),
        ("goose", "-- nothing\n\n", ""),
        ("goose", "-- a\n\n  -- b\n-- +goose Up\nselect 1;\n", ""),
        ("dbmate", "-- a\n\n-- migrate:up\nselect 1;\n", ""),
        ("sql-migrate", f"{TABLE}\n-- +migrate Up\nselect 1;\n", ""),
        ("sql-migrate", "-- +migrate Down\ndrop table one;\n", ""),
        ("tern", TABLE, ""),
        ("node-pg-migrate", TABLE, ""),
    ],
)
def test_sql_where_the_tool_takes_none_is_refused(
    connection: Connection, write: Write, layout: str, first: str, told: str
) -> None:
    text = refusal(connection, write({"2_b.sql": first}), layout)
    assert told in text
    assert bool(text) == bool(told)
    directory = write({"2_b.sql": first})
    if told:
        apply_all(connection, read(directory, layout=layout).run_by("").migrations)


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
