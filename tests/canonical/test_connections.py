"""Connections that somebody else has used before, and whole runs over them."""

from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.kinds.snapshot import read
from tests.projects import Project, shows_no_traceback, text_of
from tests.projects import project as project  # a fixture

from .conftest import LIMITED, over

SESSIONS = 3
"""Of the pool; all of them are taken at once."""
SETTINGS = {
    "role": LIMITED,
    "search_path": "geo",
    "quote_all_identifiers": "on",
    "datestyle": "SQL, DMY",
    "intervalstyle": "sql_standard",
    "timezone": "Asia/Tokyo",
    "extra_float_digits": "-2",
    "bytea_output": "escape",
    "standard_conforming_strings": "off",
}
"""What somebody may have left in the sessions of a pool."""


def everywhere(pool: Dsn, settings: dict[str, str]) -> None:
    """Change settings of each session of the pool."""
    with ExitStack() as stack:
        for _ in range(SESSIONS):
            connection = stack.enter_context(psycopg.connect(pool))
            for name, value in settings.items():
                query = "select set_config(%s, %s, false)"
                connection.execute(query, (name, value), prepare=False)


@pytest.fixture
def used(pooled: Dsn) -> Iterator[Dsn]:
    """The pool, after somebody has changed the settings of all its sessions."""
    with psycopg.connect(pooled) as connection:
        rows = connection.execute(
            "select name, reset_val from pg_settings where name = any (%s)",
            [list(SETTINGS)],
            prepare=False,
        ).fetchall()
    everywhere(pooled, SETTINGS)
    yield pooled
    everywhere(pooled, {"role": "none", **dict(rows)})


LEFT = {
    "at > '2020-02-01'": "(at > '2020-02-01 00:00:00+00'::timestamptz)",
    "day > '01/02/2020'": "(day > '2020-01-02'::date)",
    r"raw = '\x00' and title = 'a\b'": r"((raw = '\x00'::bytea) AND (title = E'a\\b'::text))",
    "ratio > 0.1234567890123": "(ratio > 0.1234567890123::double precision)",
    "exists (select from members)": "EXISTS (SELECT FROM public.members)",
}


def test_what_others_have_left_in_a_session_changes_nothing(used: Dsn) -> None:
    connection, reading = over(used)
    with connection:
        for expected, actual in LEFT.items():
            columns = [("at", "timestamptz"), ("day", "date"), ("raw", "bytea"), ("title", "text"),
                       ("ratio", "float8")]  # fmt: skip
            assert Canonical(reading).same_expression(expected, actual, "notes", columns), expected
        assert Canonical(reading).type("ext.mood") == "ext.mood"
        with reading():
            catalog = read(connection)
        assert catalog.families["columns"]["public", "notes", "mood"].type == "ext.mood"


def test_nothing_is_left_in_a_session_for_others(pooled: Dsn) -> None:
    query = "select name, setting from pg_settings where source <> 'client' order by name"
    connection, reading = over(pooled)
    with connection, psycopg.connect(pooled) as other:
        before = other.execute(query, prepare=False).fetchall()
        other.rollback()
        canonical = Canonical(reading)
        for number in range(2 * SESSIONS):
            assert canonical.same_query(f"select {number} as n", f"SELECT ({number}) AS n")
        for _ in range(2 * SESSIONS):
            assert other.execute(query, prepare=False).fetchall() == before
            other.rollback()


EXPECTED = """
tables:
  notes:
    columns:
      id: bigint not null
      mood: ext.mood
      labels: ext.labels
      '"Odd.Name"': text
    primary_key: [id]
  '"My.Schema"."Big.Table"':
    columns: {'"Camel.Case"': text, id: int not null}
"""


@pytest.mark.parametrize("fixture", ["world", "followed", "used"])
def test_a_whole_run_over_the_connection(
    project: Project, request: pytest.FixtureRequest, fixture: str
) -> None:
    project.expect(EXPECTED)
    result = project.run("-q", f"--schema-dsn={request.getfixturevalue(fixture)}")
    text = text_of(result)
    assert shows_no_traceback(text), text
    assert result.parseoutcomes().keys() == {"passed"}, text
