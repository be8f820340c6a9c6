"""Changes that a file of expectations notices which `init` has written before them.

`python -m tests.authoring.test_kills` prints the changes that nothing notices.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml
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

ROOT = Path(__file__).parents[2]
PATH = ROOT / "written.yaml"
DATA = ROOT / "tests/data"
OF_ROWS = {
    "a version is missing", "a version nobody knows", "a row is an orphan", "all rows are gone",
}  # fmt: skip
"""Changes of rows, of which a file that was written from a catalog says nothing."""
CHANGES = {
    name: entry
    for file in ("mutations.yaml", "changes.yaml")
    for name, entry in yaml.safe_load((DATA / file).read_text(encoding="utf-8")).items()
    if "sql" in entry and "beyond" not in entry and name not in OF_ROWS
}
"""Changes of what a written file is about."""


@dataclass(frozen=True)
class Kept:
    """A file that was written from a database, and what its checks look at."""

    connection: Connection[Any]
    planned: list[Planned]
    """The expectations about objects; the rules say nothing about how they were."""
    about: Mapping[str, list[Planned]]
    """Those about one object, by its name."""
    facts: Facts
    text: str


@contextmanager
def kept_from(server: Server) -> Iterator[Kept]:
    """Write a file from the worked example with an object of each kind."""
    example = Verification(ROOT / "expectations.yaml", "expectations.yaml", Config())
    example.database.prepare(lambda _: server)
    assert isinstance(example.database.target, Target)
    with (
        databases.copied(server, example.database.target.template) as dsn,
        databases.connect(dsn, autocommit=True) as connection,
    ):
        example.database.close()
        connection.execute((DATA / "changes.sql").read_bytes())
        yield _written(connection, replace(example.database.target, dsn=dsn))


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
    about = defaultdict(list)
    for each in planned:
        about[str(each.subject)].append(each)
    return Kept(connection, planned, about, facts, text)


@pytest.fixture(scope="module")
def kept(server: Server) -> Iterator[Kept]:
    """The file and its database."""
    with kept_from(server) as kept:
        yield kept


def test_at_least_95_of_100_changes_should_be_noticed() -> None:
    unnoticed = [name for name, entry in CHANGES.items() if "unnoticed" in entry]
    assert len(CHANGES) >= 60
    assert len(unnoticed) <= 0.05 * len(CHANGES)


def test_without_a_change_all_of_it_holds(kept: Kept) -> None:
    assert [one.name for one in kept.planned if not run(one, kept.facts).passed] == []


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.xfail(reason=why, strict=True)) if why else name
        for name, why in ((name, entry.get("unnoticed")) for name, entry in CHANGES.items())
    ],
)
def test_a_change_is_noticed(name: str, kept: Kept) -> None:
    entry = CHANGES[name]
    if kept.facts.catalog.version < entry.get("since", 0) * 10_000:
        pytest.skip(f"PostgreSQL knows this since version {entry['since']}")
    assert noticed(entry["sql"], kept) != ""


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
        # Those about what has changed come first, since one that fails is enough.
        first = (one for subject in changed for one in kept.about.get(subject, ()))
        every = chain(first, kept.planned)
        return next((one.name for one in every if not run(one, facts).passed), "")


def _main() -> None:
    with databases.start(Config()) as server, kept_from(server) as kept:
        print(len(kept.text.splitlines()), "lines,", len(kept.planned), "expectations")
        for one in kept.planned:
            if not (result := run(one, kept.facts)).passed:
                print("NOT HELD", result)
        survivors = 0
        for name, entry in CHANGES.items():
            try:
                found = noticed(entry["sql"], kept)
            except Exception as error:
                found = f"!! {error}"
            if not found or found.startswith("!!"):
                survivors += 1
                print(f"{name}: {found}\n    {entry['sql']}", flush=True)
        print(f"{survivors} of {len(CHANGES)} survive")


if __name__ == "__main__":
    _main()
