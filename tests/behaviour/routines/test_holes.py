"""Holes that are planted into the worked example's schema: each is caught, and nothing harmless is.

`python -m tests.behaviour.routines.test_holes [NAME …]` prints what is said about each.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.reports.failure import failure
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.verification import Verification

ROOT = Path(__file__).parents[3]
DATA = yaml.safe_load(
    (ROOT / "tests/data/function_and_vector_holes.yaml").read_text(encoding="utf-8")
)
NUMBERS = count(1)
BASE = """
database: {platform: supabase, extensions: {vector: {schema: extensions}}}
migrations: {directory: migrations}
"""


@dataclass(frozen=True)
class Change:
    """A change of the schema, and what has to be said about it."""

    name: str
    sql: str
    caught: list[str] = field(default_factory=list)
    says: list[str] = field(default_factory=list)
    expect: str = ""
    family: str = "functions"

    @property
    def expectations(self) -> str:
        """The file that the changed database is verified against."""
        vectors = self.family == "vectors" or any("vectors" in name for name in self.caught)
        return BASE.partition("migrations:")[0] + (
            self.expect or DATA["vectors" if vectors else "functions"]
        )


def _change(name: str, entry: dict[str, Any]) -> Change:
    caught = entry.pop("caught", [])
    return Change(name, caught=[caught] if isinstance(caught, str) else caught, **entry)


HOLES = [_change(name, dict(entry)) for name, entry in DATA["holes"].items()]
HARMLESS = [_change(name, dict(entry)) for name, entry in DATA["harmless"].items()]


@pytest.fixture(scope="module")
def schema(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Target:
    """The worked example's schema with a few rows, built once."""
    return _schema(server, tmp_path_factory.mktemp("schema"))


@pytest.mark.parametrize("hole", HOLES, ids=lambda one: one.name)
def test_a_hole_is_caught(hole: Change, schema: Target, server: Server, tmp_path: Path) -> None:
    results = _verified(hole, schema, server, tmp_path)
    failed = {result.planned.name: failure(result) for result in results if not result.passed}
    assert [name for name in hole.caught if name not in failed] == []
    said = "\n".join(failed[name] for name in hole.caught)
    assert [text for text in hole.says if text not in said] == []


@pytest.mark.parametrize("change", HARMLESS, ids=lambda one: one.name)
def test_nothing_is_said_about_what_is_right(
    change: Change, schema: Target, server: Server, tmp_path: Path
) -> None:
    results = _verified(change, schema, server, tmp_path)
    assert [failure(result) for result in results if not result.passed] == []


def test_there_are_enough_of_both() -> None:
    assert len(HOLES) >= 50
    assert len(HARMLESS) >= 20
    assert [hole.name for hole in HOLES if not (hole.caught and hole.says)] == []


def _schema(server: Server, folder: Path) -> Target:
    (folder / "migrations").mkdir()
    source = ROOT / "migrations/003_unified_production_schema.sql"
    (folder / "migrations" / source.name).write_text(source.read_text(encoding="utf-8"))
    (folder / "migrations/004_rows.sql").write_text(DATA["given"])
    (folder / "expectations.yaml").write_text(BASE)
    verification = Verification(folder / "expectations.yaml", "expectations.yaml", Config())
    verification.database.prepare(lambda _: server)
    if not isinstance(verification.database.target, Target) or verification.database.target.failure:
        raise AssertionError(verification.database.target)
    return verification.database.target


def _verified(change: Change, schema: Target, server: Server, folder: Path) -> list[Result]:
    """Return the results for the schema with a change."""
    path = folder / "expectations.yaml"
    path.write_text(change.expectations, encoding="utf-8")
    verification = Verification(path, "expectations.yaml", Config())
    template, name = (f"hole_{next(NUMBERS)}{suffix}" for suffix in ("_template", ""))
    dsn = databases.clone(server, schema.template, template)
    try:
        with databases.connect(dsn, autocommit=True) as connection:
            connection.execute(change.sql.encode())
            catalog = read(connection)
        dsn = databases.clone(server, template, name)
        verification.database.target = replace(schema, dsn=dsn, catalog=catalog, template=template)
        # Of a hole only what has to catch it is asked; of what is harmless, everything.
        wanted = [
            one
            for one in verification.contract.planned
            if one.name in change.caught or not change.says
        ]
        results = [verification.results.of(one) for one in wanted]
        verification.database.close()
        return results
    finally:
        databases.drop(server, name)
        databases.drop(server, template)
        with databases.connect(server.dsn, autocommit=True) as connection:
            connection.execute("drop role if exists hole_clerk, hole_auditor")


def _main(names: list[str]) -> Iterator[str]:
    with databases.start(Config()) as server, TemporaryDirectory() as folder:
        schema = _schema(server, Path(folder))
        for one in [*HOLES, *HARMLESS]:
            if names and one.name not in names:
                continue
            with TemporaryDirectory() as own:
                results = _verified(one, schema, server, Path(own))
            failed = {r.planned.name: failure(r) for r in results if not r.passed}
            said = "\n".join(failed.values())
            missing = [name for name in one.caught if name not in failed]
            missing += [text for text in one.says if text not in said]
            unwanted = said if one in HARMLESS else ""
            yield f"{'✗' if missing or unwanted else '✓'} {one.name}"
            if missing or unwanted or names:
                yield f"  missing: {missing}\n{said}"


if __name__ == "__main__":
    for line in _main(sys.argv[1:]):
        print(line)
