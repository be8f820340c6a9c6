"""For a file that says all of a database, each change of that database is a difference."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify.authoring.comparing.differences import compared
from pytest_schemaverify.authoring.scope import Chosen
from pytest_schemaverify.authoring.writing.draft import Wishes, drafted
from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.databases import Server
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.rehearsal.state import change
from pytest_schemaverify.rehearsal.state.diff import diff
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.results import Results
from pytest_schemaverify.verification.verification import Verification

from .changing import CHANGES, Change, example, tried

UNSAID = frozenset({"a sequence may be used no longer", "sequences are everybody's by default"})
"""Changes that `diff` does not tell although the file notices them."""
HEAD: dict[str, Any] = {"database": {"platform": "supabase"}}


class Inside(Reader):
    """A reader inside of a transaction that has changed something, and is left as it is."""

    def begin(self) -> None:
        self.run("savepoint asked")

    def rollback(self) -> None:
        self.run("rollback to savepoint asked")


def snapshot(connection: Connection[Any]) -> Catalog:
    """Return the catalog, with schemas in all texts."""
    with connection.transaction(force_rollback=True):
        connection.execute("set local search_path = ''")
        return read(connection)


@dataclass
class Written:
    """A file that says all of a database, and a connection that changes it."""

    connection: Connection[Any]
    one: Verification
    catalog: Catalog
    server: Canonical | None = None

    def after(self, statements: str) -> tuple[list[str], list[str]]:
        """Return the objects that differ in a transaction with the statements, and that changed.

        Where a name means several objects by then, nobody can tell, which is no silence either.
        """
        one, database = self.one, self.one.database
        with self.connection.transaction(force_rollback=True):
            self.connection.execute(statements.encode())
            there = snapshot(self.connection)
            assert isinstance(database.target, Target)
            database.target = replace(database.target, catalog=there)
            one.results = Results(one.contract, database)
            # What has been compared before is the same after a change of something else.
            self.server = one.results.facts.server = self.server or one.results.facts.server
            found = compared(one)
            objects = [change(each).subject for each in diff(self.catalog, there)]
        differ = [one.subject for one in found.differences]
        return differ + [str(one.planned.subject) for one in found.undetermined], objects


@pytest.fixture(scope="module")
def written(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Written]:
    """The worked example with an object of each kind, and the file that was written for it."""
    path = tmp_path_factory.mktemp("written") / "expectations.yaml"
    with example(server) as there:
        config = Config(dsn=str(there.dsn))
        begun = Verification(path, "x", config, text="rules: {primary_key: true}\n")
        begun.database.prepare(lambda _: server)
        draft = drafted(begun, Wishes(Chosen(platform="supabase"), head=HEAD))
        begun.database.close()
        draft.document.rules = None  # what rules say is no difference of an object
        path.write_text(draft.document.text())
        one = Verification(path, "expectations.yaml", config)
        one.database.prepare(lambda _: server)
        reader = Inside(there.connection)

        @contextmanager
        def reading(dsn: str = "") -> Iterator[Reader]:
            reader.begin()
            try:
                yield reader
            finally:
                reader.rollback()

        one.database.connections.reading = reading  # type: ignore[method-assign]
        yield Written(there.connection, one, snapshot(there.connection))
        one.database.close()


def test_nothing_differs_from_what_was_written(written: Written) -> None:
    assert written.after("select 1") == ([], [])


@pytest.mark.parametrize("made", tried(CHANGES, 6), ids=lambda made: made.name)
def test_a_change_is_a_difference(made: Change, written: Written) -> None:
    if written.catalog.version < made.since * 10_000:
        pytest.skip(f"PostgreSQL knows this since version {made.since}")
    found, objects = written.after(made.sql)
    if made.name in UNSAID:
        assert found == [], "it is told by now: take it out of UNSAID"
        return
    if made.beyond and not found:
        return
    assert found != []
    assert not objects or any(_around(one) in name for one in found for name in objects)


def _around(subject: str) -> str:
    """Return the table or the like that an object is in, as the file may call it otherwise.

    A foreign key is called by its columns there.
    """
    name = subject.rpartition(" on ")[2].partition("(")[0].partition(" of ")[0]
    return ".".join(name.split(".")[:2])
