"""What the conftest.py of the worked example makes of a fixture of the plugin."""

import psycopg
import pytest

from pytest_schemaverify import ActAs, Database
from tests.example.worked_example import user_id

REMEMBER = "insert into memories (user_id, content) values (%s, 'x')"


def test_a_newcomer_sees_what_is_theirs_only(
    schema_database: Database, schema_as: ActAs, newcomer: str
) -> None:
    others = schema_database.connection.execute("select count(*) from memories").fetchone()
    assert others != (0,)
    with schema_as(
        "authenticated", {"sub": newcomer}, connection=schema_database.connection
    ) as connection:
        connection.execute(REMEMBER, [newcomer])
        found = connection.execute("select content from memories").fetchall()
    assert found == [("x",)]


def test_a_newcomer_writes_nothing_for_others(
    schema_database: Database, schema_as: ActAs, newcomer: str
) -> None:
    with (
        schema_as(
            "authenticated", {"sub": newcomer}, connection=schema_database.connection
        ) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(REMEMBER, [user_id(1)])
