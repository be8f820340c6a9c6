"""Fixes run on a copy in an order that works, and what no order makes work is told."""

from typing import Any

import psycopg
import pytest

from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.verification.repairing import Copy


@pytest.fixture
def copy(database: Dsn) -> Any:
    """A copy, of which only the connection is needed here."""
    with psycopg.connect(database, autocommit=True) as connection:
        yield Copy(connection, None, "error")  # type: ignore[arg-type]


def test_a_fix_that_needs_another_runs_after_it(copy: Copy) -> None:
    comment, column = "comment on column t.a is 'x';", "alter table t add a state default 'b';"
    kind, label = "create type state as enum ('a');", "alter type state add value 'b';"
    table, other = "create table t ();", "create table u ();"
    done, refused = copy.run([comment, column, label, other, kind, table])
    assert done == [other, kind, table, label, column, comment]
    assert refused == {}


def test_a_fix_that_never_runs_is_refused_with_the_reason(copy: Copy) -> None:
    done, refused = copy.run(["drop table no_such;", "create table t ();", "create index on t (a)"])
    assert done == ["create table t ();"]
    assert [*refused] == ["drop table no_such;", "create index on t (a)"]
    assert 'table "no_such" does not exist' in refused["drop table no_such;"]


def test_of_several_statements_none_stays_where_one_is_refused(copy: Copy) -> None:
    _, refused = copy.run(["create table t (); create table t ();"])
    assert refused
    found = copy.connection.execute("select to_regclass('t')").fetchone()
    assert found == (None,)
