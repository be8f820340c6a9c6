"""Changes that a file of expectations notices which `init` has written before them.

`python -m tests.authoring.test_kills` tries each, and prints those that nothing notices.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.authoring.scope import Chosen
from pytest_schemaverify.authoring.writing.draft import Wishes, drafted
from pytest_schemaverify.databases import Server
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.rehearsal.state import change
from pytest_schemaverify.rehearsal.state.diff import diff
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.judging import run
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.verification import Verification

from .changing import CHANGES, MUTATIONS, ROOT, Change, example, tried

PATH = ROOT / "written.yaml"
OF_ROWS = {
    "a version is missing", "a version nobody knows", "a row is an orphan", "all rows are gone",
}  # fmt: skip
"""Changes of rows, of which a file that was written from a catalog says nothing."""
EVERY = [*(one for one in MUTATIONS if one.name not in OF_ROWS), *CHANGES]
SURVIVORS = 0.03
"""The share of all changes that may be noticed by nothing."""


@dataclass(frozen=True)
class Kept:
    """A file that was written from a database, and what its checks look at."""

    connection: Connection[Any]
    planned: list[Planned]
    """The expectations about objects; the rules say nothing about how they were."""
    facts: Facts
    text: str


@contextmanager
def kept_from(server: Server) -> Iterator[Kept]:
    """Write a file from the worked example with an object of each kind."""
    with example(server) as one:
        yield _written(one.connection, replace(one.target, dsn=one.dsn))


def _written(connection: Connection[Any], target: Target) -> Kept:
    head = {"database": {"platform": "supabase"}}
    one = Verification(PATH, PATH.name, Config(), text="version: 1\nrules: {primary_key: true}\n")
    # For an existing database nothing is tried on copies, for one of ours no text is vetted.
    one.database.target = replace(target, catalog=read(connection), server=None)
    text = drafted(one, Wishes(Chosen("supabase"), head=head)).text
    one.database.close()
    again = Verification(PATH, PATH.name, Config(), text=text)
    again.database.target = replace(target, catalog=one.database.there.catalog)

    @contextmanager
    def reading() -> Iterator[Reader]:
        with connection.transaction(), Reader(connection).undone() as reader:
            yield reader

    facts = replace(again.results.facts, reading=reading, copy=None)
    planned = [one for one in again.contract.planned if not one.check.startswith("rules.")]
    return Kept(connection, planned, facts, text)


@pytest.fixture(scope="module")
def kept(server: Server) -> Iterator[Kept]:
    """The file and its database."""
    with kept_from(server) as kept:
        yield kept


def test_no_more_changes_survive_than_are_known() -> None:
    survivors = [one.name for one in EVERY if one.beyond]
    assert len(EVERY) >= 400
    assert len(survivors) <= SURVIVORS * len(EVERY)


def test_without_a_change_all_of_it_holds(kept: Kept) -> None:
    assert [one.name for one in kept.planned if not run(one, kept.facts).passed] == []


@pytest.mark.parametrize("made", tried(EVERY), ids=lambda made: made.name)
def test_a_change_is_noticed(made: Change, kept: Kept) -> None:
    if kept.facts.catalog.version < made.since * 10_000:
        pytest.skip(f"PostgreSQL knows this since version {made.since}")
    found = noticed(made.sql, kept)
    if made.beyond:
        assert found == "", "it is noticed by now: take `beyond` away"
    else:
        assert found != "", "repair it, or say in `beyond` why a file cannot notice it"


def noticed(statements: str, kept: Kept) -> str:
    """Return the expectation that does not hold after the statements; "" if all do."""
    connection = kept.connection
    with connection.transaction(force_rollback=True):
        connection.execute(statements.encode())
        catalog = read(connection)
        changed = {change(one).subject for one in diff(kept.facts.catalog, catalog)}
        facts = replace(kept.facts, target=replace(kept.facts.target, catalog=catalog))
        # What was the same text for the server before the change counts as the same after it.
        facts.server = kept.facts.server
        every = sorted(kept.planned, key=lambda one: _distance(one, changed))
        return next((one.name for one in every if not run(one, facts).passed), "")


def _distance(one: Planned, changed: set[str]) -> int:
    """Return how soon an expectation is tried: one that fails is enough, so likely ones first."""
    subject = str(one.subject or "")
    if subject in changed:
        return 0
    if not subject:
        return 3 if one.check == "unmanaged.details" else 2
    return 1 if _around(subject) in {_around(name) for name in changed} else 4


def _around(subject: str) -> str:
    """Return the table or the like that an object is in."""
    name = subject.rpartition(" on ")[2].partition("(")[0].partition(" of ")[0]
    return ".".join(name.split(".")[:2])


def _main() -> None:
    with databases.start(Config()) as server, kept_from(server) as kept:
        print(len(kept.text.splitlines()), "lines,", len(kept.planned), "expectations")
        for one in kept.planned:
            if not (result := run(one, kept.facts)).passed:
                print("NOT HELD", result)
        survivors = 0
        for made in EVERY:
            try:
                found = noticed(made.sql, kept)
            except Exception as error:
                found = f"!! {error}"
            if not found or found.startswith("!!"):
                survivors += 1
                print(f"{made.name}: {found}{made.beyond}\n    {made.sql}", flush=True)
        print(f"{survivors} of {len(EVERY)} survive")


if __name__ == "__main__":
    _main()
