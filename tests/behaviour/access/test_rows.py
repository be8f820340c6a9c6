"""Rows for what real schemas ask for: each table gets a row of each of two people."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from psycopg import Connection

from pytest_schemaverify.behaviour.access.rows.maker import Maker
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds.snapshot import read

ALICE = "11111111-1111-1111-1111-111111111111"
BOB = "22222222-2222-2222-2222-222222222222"
THINGS = ("public", "things")
DATA: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "data/rows.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", DATA)
def test_two_people_get_a_row_each(
    name: str, connection: Connection[Any], available: set[str]
) -> None:
    feature = DATA[name] if isinstance(DATA[name], dict) else {"columns": DATA[name]}
    needed = set(feature.get("needs", ()))
    if not needed <= available or connection.info.server_version < feature.get("pg", 0) * 10_000:
        pytest.skip("this server has no such thing")
    if not answers(connection, feature.get("asks", "select 1")):
        pytest.skip("this server was built without it")
    build(connection, feature)
    before = owners(connection)
    maker = Maker(connection, read(connection), {THINGS: "user_id"})
    if refused := feature.get("refused"):
        with pytest.raises(CannotDetermine) as caught:
            maker.row(THINGS, {"user_id": ALICE}, "alice", ALICE)
        told = str(caught.value)
        assert [text for text in (*refused, "access.given") if text not in told] == []
        return
    maker.row(THINGS, {"user_id": ALICE}, "alice", ALICE)
    maker.row(THINGS, {"user_id": BOB}, "bob", BOB)
    # Keys that are deferred have to hold as well.
    connection.execute("set constraints all immediate")
    assert owners(connection) == sorted([*before, ALICE, BOB])
    # What is made for somebody else to insert can be inserted.
    draft = maker.draft(THINGS, {"user_id": ALICE}, "alice")
    connection.execute(draft.statement.encode())
    connection.execute("set constraints all immediate")


def test_a_column_that_refers_to_a_lookup_table_has_its_default(
    connection: Connection[Any],
) -> None:
    connection.execute(
        "create table states (name text primary key); insert into states values ('new'), ('old');"
        "create table things (user_id uuid not null,"
        " state text not null default 'old' references states)"
    )
    made = Maker(connection, read(connection)).row(THINGS)
    assert made.row["state"] == "old"
    assert connection.execute("select count(*) from states").fetchone() == (2,)


@pytest.mark.parametrize(
    "name", ["circle that is deferrable", "circle that is deferrable on the other side"]
)
def test_a_draft_in_a_circle_refers_to_rows_that_are_there(
    name: str, connection: Connection[Any]
) -> None:
    build(connection, DATA[name])
    draft = Maker(connection, read(connection)).draft(THINGS, {"user_id": ALICE})
    connection.execute("set constraints all immediate")
    connection.execute(draft.statement.encode())


def test_a_key_that_was_deferred_for_a_row_is_checked_at_once_again(
    connection: Connection[Any],
) -> None:
    build(connection, DATA["circle that is deferrable on the other side"])
    Maker(connection, read(connection)).row(THINGS, {"user_id": ALICE})
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        connection.execute("insert into parts (thing) values (-5)")


def test_what_says_whose_a_row_is_stays_that_persons_where_it_must_differ(
    connection: Connection[Any],
) -> None:
    connection.execute(
        "create table files (id integer primary key, user_id uuid not null);"
        "create table things (id integer primary key, file integer unique references files)"
    )
    maker = Maker(connection, read(connection), {("public", "files"): "user_id"})
    for _ in range(3):
        maker.row(THINGS, {}, "alice", ALICE)
    query = "select user_id::text from things join files on files.id = file"
    assert [owner for (owner,) in connection.execute(query)] == [ALICE] * 3


def answers(connection: Connection[Any], question: str) -> bool:
    try:
        with connection.transaction():
            connection.execute(question.encode())
    except psycopg.errors.FeatureNotSupported:
        return False
    return True


def build(connection: Connection[Any], feature: dict[str, Any]) -> None:
    for extension in feature.get("needs", ()):
        statement = f"create extension if not exists {extension} with schema extensions"
        connection.execute(statement.encode())
    table = f"create table things (user_id uuid not null, {feature.get('columns')})"
    for sql in (feature.get("before"), feature.get("sql", table), feature.get("after")):
        connection.execute((sql or "").encode())


def owners(connection: Connection[Any]) -> list[str]:
    return [one for (one,) in connection.execute("select user_id::text from things order by 1")]
