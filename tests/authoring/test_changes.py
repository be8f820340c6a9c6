"""What `diff` and the rehearsals compare: each change of a database is seen."""

from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify.databases import Server
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.rehearsal.state import State, change, differences, state
from pytest_schemaverify.rehearsal.state.diff import diff

from .changing import CHANGES, MUTATIONS, Change, example, tried

Before = tuple[Connection[Any], State]
"""A connection to the database, and the state before each change."""


@pytest.fixture(scope="module")
def changed(server: Server) -> Iterator[Before]:
    """The worked example with an object of each kind."""
    with example(server) as one:
        yield one.connection, state(one.connection, ours=True)


def test_there_are_enough_changes_and_none_is_a_mutation() -> None:
    assert len(CHANGES) >= 700
    assert {one.name for one in CHANGES} & {one.name for one in MUTATIONS} == set()
    statements = [one.sql for one in CHANGES]
    assert [sql for sql in statements if statements.count(sql) > 1] == []


def test_without_a_change_nothing_differs(changed: Before) -> None:
    assert _found(*changed, "select 1") == []


@pytest.mark.parametrize("made", tried(CHANGES), ids=lambda made: made.name)
def test_a_change_is_seen(made: Change, changed: Before) -> None:
    connection, before = changed
    if before.catalog.version < made.since * 10_000:
        pytest.skip(f"PostgreSQL knows this since version {made.since}")
    assert bool(_found(connection, before, made.sql)) is not bool(made.unseen)


def _found(connection: Connection[Any], before: State, statements: str) -> list[str]:
    """Return what differs in a transaction with the statements; it is rolled back."""
    with connection.transaction(force_rollback=True):
        connection.execute(statements.encode())
        # Most changes are of a kind that the snapshot has; all that a database holds takes longer.
        found = [change(one).subject for one in diff(before.catalog, read(connection))]
        if not found:
            found = [one.subject for one in differences(before, state(connection, ours=True))]
    return found
