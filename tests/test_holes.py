"""Holes in the worked example: each is found, by the failure that names the leak; and nothing else.

`python -m tests.test_holes` prints what is said about each of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.rehearsal import copies
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.reports.failure import failure
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.judging import run
from pytest_schemaverify.verification.planning.expectations import plan
from pytest_schemaverify.verification.verification import Verification

ROOT = Path(__file__).parent.parent
DATA = yaml.safe_load((ROOT / "tests/data/holes.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Hole:
    """A change of the migrated example, and what is said about it."""

    name: str
    sql: str
    of: Any = ()
    """Tables whose usual expectations are run."""
    expect: dict[str, Any] = field(default_factory=dict)
    caught: str = ""
    """The item that fails; none for a change that is harmless."""
    says: list[str] = field(default_factory=list)

    @property
    def yaml(self) -> str:
        """The expectations that are run, as a file would have them."""
        usual = DATA["expectations"]
        tables = [self.of] if isinstance(self.of, str) else self.of
        access = {
            "identities": usual["identities"],
            "tables": {name: usual["tables"][name] for name in tables},
        }
        for key, value in self.expect.get("access", {}).items():
            both = isinstance(value, dict) and key in access
            access[key] = {**access[key], **value} if both else value
        sections = {key: value for key, value in access.items() if value}
        return yaml.safe_dump({**self.expect, "access": sections}, sort_keys=False)


HOLES = [Hole(name=name, **entry) for name, entry in DATA["holes"].items()]
HARMLESS = [Hole(name=name, **entry) for name, entry in DATA["harmless"].items()]


@pytest.fixture(scope="module")
def target(server: Server) -> Target:
    return _built(server)


@pytest.fixture(scope="module")
def copy(target: Target) -> Iterator[Connection[Any]]:
    with copies.writable(target) as connection:
        yield connection


def test_there_are_enough_holes_and_harmless_changes() -> None:
    assert len(HOLES) >= 40
    assert len(HARMLESS) >= 15
    assert [hole.name for hole in HOLES if not (hole.caught and hole.says)] == []


@pytest.mark.parametrize("hole", HOLES, ids=lambda hole: hole.name)
def test_a_hole_is_found_and_named(hole: Hole, copy: Connection[Any], target: Target) -> None:
    found = _failures(hole, copy, target)
    assert hole.caught in found
    assert [text for text in hole.says if text not in found[hole.caught]] == []


@pytest.mark.parametrize("change", HARMLESS, ids=lambda change: change.name)
def test_nothing_is_said_of_what_is_harmless(
    change: Hole, copy: Connection[Any], target: Target
) -> None:
    assert _failures(change, copy, target) == {}


def _built(server: Server) -> Target:
    verification = Verification(ROOT / "expectations.yaml", "expectations.yaml", Config())
    verification.database.prepare(lambda *_: server)
    if not isinstance(verification.database.target, Target):
        raise verification.database.target or AssertionError("there is no database")
    return verification.database.target


def _failures(hole: Hole, connection: Connection[Any], target: Target) -> dict[str, str]:
    """Return what is said about a change, by item; the change is gone afterwards."""

    @contextmanager
    def reading() -> Iterator[Reader]:
        with Reader(connection).undone() as reader:
            yield reader

    with connection.transaction(force_rollback=True):
        connection.execute(hole.sql.encode())
        spec, positions = load(hole.yaml, "expectations.yaml")
        changed = replace(target, catalog=read(connection))
        facts = Facts(spec, ROOT, changed, None, reading, copy=lambda: connection)
        results = [run(one, facts) for one in plan(spec, positions, "expectations.yaml")]
    return {r.planned.name: failure(r) for r in results if r.findings or r.undetermined}


def _main() -> None:
    with databases.start(Config()) as server:
        target = _built(server)
        with copies.writable(target) as connection:
            for hole in (*HOLES, *HARMLESS):
                try:
                    found = _failures(hole, connection, target)
                except psycopg.Error as error:
                    found = {"error": str(error)}
                right = (hole.caught in found) if hole.caught else not found
                missing = [t for t in hole.says if t not in found.get(hole.caught, "")]
                print("✓" if right and not missing else "✗", hole.name, missing or "", [*found])
                if not right or missing:
                    print(*found.values(), sep="\n")


if __name__ == "__main__":
    _main()
