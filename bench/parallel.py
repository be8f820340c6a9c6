"""`python -m bench.parallel [ROUNDS]`: what `-n 2` of pytest-xdist takes, against one process.

Both run in turns, and what counts is the median of the ratios, round by round.
"""

import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import access, schema
from bench.compare import PYTEST
from bench.measure import command, rounds
from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from pytest_schemaverify.settings.config import Config

TABLES = 200
COMPARED = "9,160 expectations that compare"
MIXED = "the same, and a file with two tests"
ACCESS = "access: 100 tables, 4 identities"
REHEARSED = "rehearsal: 40 migrations, each way"

LIMITS = {COMPARED: 1 / 1.1, ACCESS: 1.6, REHEARSED: 1.6}
"""How many times as fast as one process `-n 2` is promised to be; it may be a tenth slower where it
has nothing to share out."""

_MIGRATION = """
create table if not exists t{n} (id bigint primary key, name text not null, amount numeric(12,2));
create index if not exists t{n}_name on t{n} (name);
insert into t{n} select g, 'row ' || g, g from generate_series(1, 200) g on conflict do nothing;
"""
_LAST = """
drop index concurrently if exists later;
create index concurrently later on t0 (amount);
"""
_REHEARSED = """
migrations:
  directory: migrations
  rollback: ../back.sql
  reversible: true
  idempotent: true
  resumable: true
  budget: {lock: access exclusive, rewrite: none, seconds: 60}
data:
"""


def ratios(folder: Path, count: int = 3) -> dict[str, float]:
    """Return how many times as fast as one process `-n 2` is. A row takes less than a minute."""
    folder.mkdir(exist_ok=True)
    with databases.start(Config()) as server:
        measured = {**_compared(server, folder), **_tried(folder)}
        return {name: _ratio(name, *pair, count) for name, pair in measured.items()}


def _ratio(name: str, asked: Sequence[str], project: Path, count: int) -> float:
    def run(*options: str) -> float:
        # No worker of pytest-xdist is started for a file of expectations alone that compares.
        return command((*PYTEST, *options, *asked), folder=project, expect=" passed")

    run("-n", "2")  # what is kept of files
    pair = {f"{name}, one process": lambda: run("-n", "0"), f"{name}, -n 2": lambda: run("-n", "2")}
    alone, together = rounds(pair, count).values()
    return statistics.median(one / two for one, two in zip(alone, together, strict=True))


def _compared(server: Server, folder: Path) -> dict[str, tuple[list[str], Path]]:
    project = _project(folder / "compared", schema.expectations(TABLES))
    (project / "test_two.py").write_text("def test_one(): pass\ndef test_two(): pass\n")
    dsn = databases.create(server, name="parallel", platform="postgres", extensions={}).dsn
    with databases.connect(dsn, autocommit=True) as connection:
        connection.execute(schema.ddl(TABLES).encode())
        connection.execute("vacuum analyze")
    given = f"--schema-dsn={dsn}"
    return {COMPARED: ([given, "expectations.yaml"], project), MIXED: ([given], project)}


def _tried(folder: Path) -> dict[str, tuple[list[str], Path]]:
    tables = _project(folder / "access", "")
    access.write(tables, 100)
    rehearsed = _project(folder / "rehearsal", "")
    (rehearsed / "migrations").mkdir()
    for number in range(40):
        file = rehearsed / f"migrations/V{number:03}__table.sql"
        file.write_text(_MIGRATION.format(n=number))
    (rehearsed / "migrations/V040__later.sql").write_text(_LAST)
    back = "".join(f"drop table t{number};\n" for number in range(40))
    (rehearsed / "back.sql").write_text(back)
    rows = "".join(f"  t{number}: {{rows: 200}}\n" for number in range(40))
    (rehearsed / "expectations.yaml").write_text(_REHEARSED + rows)
    return {ACCESS: ([], tables), REHEARSED: ([], rehearsed)}


def _project(folder: Path, expectations: str) -> Path:
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "expectations.yaml").write_text(expectations)
    return folder


def main(count: str = "3") -> None:
    """Measure each and print the ratio."""
    with TemporaryDirectory() as name:
        for row, ratio in ratios(Path(name) / "parallel", int(count)).items():
            print(f"{ratio:6.2f} times  {row}")


if __name__ == "__main__":
    main(*sys.argv[1:])
