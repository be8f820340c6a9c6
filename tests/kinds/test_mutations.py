"""The worked example, changed in one place at a time: what breaks must be found, and nothing else.

`python -m tests.kinds.test_mutations` prints what each change of `data/mutations.yaml` breaks.
"""

import shutil
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.contract import Contract
from pytest_schemaverify.verification.database import Database
from pytest_schemaverify.verification.results import Results
from pytest_schemaverify.verification.verification import Verification

ROOT = Path(__file__).parents[2]
NUMBERS = count(1)


@dataclass(frozen=True)
class Mutation:
    """A change of the migrated example, in SQL or in its files, and what it breaks."""

    name: str
    fails: list[str]
    sql: str = ""
    file: str = ""
    """Migration file that is added or replaced, with `text`; removed without."""
    text: str = ""


MUTATIONS = [
    Mutation(name=name, **entry)
    for name, entry in yaml.safe_load(
        (ROOT / "tests/data/mutations.yaml").read_text(encoding="utf-8")
    ).items()
]
IN_SQL = [m for m in MUTATIONS if m.sql]
IN_FILES = [m for m in MUTATIONS if m.file]


@pytest.fixture(scope="module")
def example(server: Server) -> Verification:
    """The worked example, built once."""
    return _prepared(ROOT, server)


def test_the_example_as_it_is_breaks_nothing(example: Verification) -> None:
    assert _failures(example) == []


def test_there_are_enough_mutations() -> None:
    assert len(MUTATIONS) >= 60
    assert [m.name for m in MUTATIONS if not m.fails] == []


@pytest.mark.parametrize("mutation", IN_SQL, ids=lambda m: m.name)
def test_a_change_of_the_database_breaks_just_what_it_says(
    mutation: Mutation, example: Verification, server: Server
) -> None:
    found = _broken_by_sql(mutation.sql, example, server)
    assert found == sorted(mutation.fails)


@pytest.mark.parametrize("mutation", IN_FILES, ids=lambda m: m.name)
def test_a_change_of_the_files_breaks_just_what_it_says(
    mutation: Mutation, server: Server, tmp_path: Path
) -> None:
    found = _broken_by_file(mutation, server, tmp_path)
    assert found == sorted(mutation.fails)


def _prepared(root: Path, server: Server) -> Verification:
    verification = Verification(root / "expectations.yaml", "expectations.yaml", Config())
    verification.database.prepare(lambda _: server)
    if isinstance(verification.database.target, Exception):
        raise verification.database.target
    return verification


def _failures(verification: Verification) -> list[str]:
    return _failing(verification.contract, verification.database)


def _failing(contract: Contract, database: Database) -> list[str]:
    found = Results(contract, database)
    results = [found.of(planned) for planned in contract.planned]
    database.close()
    return sorted(r.planned.name for r in results if r.findings or r.undetermined)


def _broken_by_sql(sql: str, example: Verification, server: Server) -> list[str]:
    assert isinstance(example.database.target, Target)
    name = f"mutation_{next(NUMBERS)}"
    dsn = databases.clone(server, example.database.target.template, name)
    try:
        with databases.connect(dsn, autocommit=True) as connection:
            connection.execute(sql.encode())
            catalog = read(connection)
        mutated = Database(example.contract)
        # Without a server it counts as an existing database: how it was built is not asked again.
        target = example.database.target
        mutated.target = replace(target, dsn=dsn, catalog=catalog, server=None)
        return _failing(example.contract, mutated)
    finally:
        databases.drop(server, name)


def _broken_by_file(mutation: Mutation, server: Server, folder: Path) -> list[str]:
    shutil.copy(ROOT / "expectations.yaml", folder)
    shutil.copytree(ROOT / "migrations", folder / "migrations")
    shutil.copytree(ROOT / "tests/data", folder / "tests/data")
    path = folder / "migrations" / mutation.file
    if mutation.text.startswith("append: "):
        path.write_text(path.read_text() + "\n" + mutation.text.removeprefix("append: "))
    elif mutation.text:
        path.parent.mkdir(exist_ok=True)
        path.write_text(mutation.text)
    else:
        path.unlink()
    return _failures(_prepared(folder, server))


def _main() -> None:
    with databases.start(Config()) as server:
        example = _prepared(ROOT, server)
        print("unchanged:", _failures(example))
        found: dict[str, Any] = {}
        for mutation in IN_SQL:
            try:
                found[mutation.name] = _broken_by_sql(mutation.sql, example, server)
            except psycopg.Error as error:
                found[mutation.name] = str(error)
        print(yaml.safe_dump(found, sort_keys=False, width=120))


if __name__ == "__main__":
    _main()
