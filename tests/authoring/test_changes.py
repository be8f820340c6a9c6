"""Changes of many kinds, for what a written file should notice: each changes the database."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.rehearsal.state import State, change, differences, state
from pytest_schemaverify.rehearsal.state.diff import diff
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.verification import Verification

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests/data"


@dataclass(frozen=True)
class Change:
    """A change of the worked example and of the objects of `changes.sql`."""

    name: str
    sql: str
    since: int = 0
    """The first version of PostgreSQL that knows it."""
    shared: bool = False
    """Whether other databases of the server see it, too."""
    beyond: str = ""
    """Why a file that `init` has written says nothing of it."""
    unnoticed: str = ""
    """Why such a file does not notice it yet, although it should."""


CHANGES = [
    Change(name=name, **entry)
    for name, entry in yaml.safe_load((DATA / "changes.yaml").read_text(encoding="utf-8")).items()
]
Before = tuple[Connection[Any], State]
"""A connection to the database, and the state before each change."""
EARLIER = yaml.safe_load((DATA / "mutations.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def changed(server: Server) -> Iterator[Before]:
    """The worked example with an object of each kind."""
    example = Verification(ROOT / "expectations.yaml", "expectations.yaml", Config())
    example.database.prepare(lambda _: server)
    assert isinstance(example.database.target, Target)
    with (
        databases.copied(server, example.database.target.template) as dsn,
        databases.connect(dsn, autocommit=True) as connection,
    ):
        connection.execute((DATA / "changes.sql").read_bytes())
        yield connection, state(connection, ours=True)
    example.database.close()


def test_there_are_enough_changes_and_none_is_a_mutation() -> None:
    assert len(CHANGES) >= 60
    assert [one.name for one in CHANGES if one.name in EARLIER] == []
    statements = [one.sql for one in CHANGES]
    assert [sql for sql in statements if statements.count(sql) > 1] == []


def test_without_a_change_nothing_differs(changed: Before) -> None:
    assert _found(*changed, "select 1") == []


@pytest.mark.parametrize("made", CHANGES, ids=lambda made: made.name)
def test_a_change_is_seen(made: Change, changed: Before) -> None:
    connection, before = changed
    if before.catalog.version < made.since * 10_000:
        pytest.skip(f"PostgreSQL knows this since version {made.since}")
    assert _found(connection, before, made.sql) != []


def _found(connection: Connection[Any], before: State, statements: str) -> list[str]:
    """Return what differs in a transaction with the statements; it is rolled back."""
    with connection.transaction(force_rollback=True):
        connection.execute(statements.encode())
        # Most changes are of a kind that the snapshot has; all that a database holds takes longer.
        found = [change(one).subject for one in diff(before.catalog, read(connection))]
        if not found:
            found = [one.subject for one in differences(before, state(connection, ours=True))]
    return found
