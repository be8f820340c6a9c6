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
