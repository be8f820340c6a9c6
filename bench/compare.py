"""One size of schema: the plugin, pgTAP and items that do nothing, in turns on one server."""

import gc
import statistics
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from psycopg import conninfo

from bench import schema
from bench.measure import call, command, peak, rounds
from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.kinds import snapshot
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.verification import Verification

PLUGIN = "this plugin"
PROVE_1, PROVE_2 = "pg_prove -j1", "pg_prove -j2"
OBJECTS = "this plugin, one item for each object"
NOOP = "no-op items in stock pytest"
STARTED = "stock pytest with one no-op item"
IMPORTED = "this plugin with one expectation"
SNAPSHOT = "the catalog's snapshot"
LOADING = "reading the plan that is kept of the file"

PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was measured for one number of tables."""

    tables: int
    assertions: int
    seconds: Mapping[str, float]
    """Medians."""
    megabytes: float
    """Most memory of the process that is this plugin, of 1,000,000 bytes each."""

    def times(self, name: str) -> float:
        """Return how many times as long as the plugin something takes."""
        return self.seconds[name] / self.seconds[PLUGIN]

    def each(self, name: str) -> float:
        """Return the microseconds for one assertion."""
        return self.seconds[name] / self.assertions * 1e6


def compare(server: Server, tables: int, folder: Path, *, pgtap: bool) -> Comparison:
    """Build the schema and measure everything about it; its databases are dropped afterwards."""
    name = f"bench_{tables}"
    print(f"{tables} tables", file=sys.stderr)
    dsn = databases.create(server, name=name, platform="postgres", extensions={}).dsn
    try:
        with databases.connect(dsn, autocommit=True) as connection:
            connection.execute(schema.ddl(tables).encode())
            connection.execute("vacuum analyze")  # nothing else does, and pgTAP's queries need it
        if pgtap:
            _add_pgtap(server, name)
        assertions = _write(tables, dsn, folder)
        measured = {**_ours(dsn, folder, assertions)}
        if pgtap:
            measured[PROVE_1] = lambda: _prove(1, dsn, folder, assertions)
            measured[PROVE_2] = lambda: _prove(2, dsn, folder, assertions)
        times = rounds(measured, 3 if tables > 1000 else 5)
        medians = {name: statistics.median(seconds) for name, seconds in times.items()}
        return Comparison(tables, assertions, medians, peak(_verify(dsn), folder))
    finally:
        databases.drop(server, name)
        databases.drop(server, f"{name}_pgtap")


def _add_pgtap(server: Server, name: str) -> None:
    # In a copy, because pgTAP brings a thousand functions that a project's database does not have.
    dsn = databases.clone(server, name, f"{name}_pgtap")
    with databases.connect(dsn, autocommit=True) as connection:
        connection.execute("create schema tap; create extension pgtap schema tap")
        connection.execute("vacuum analyze")


def _write(tables: int, dsn: Dsn, folder: Path) -> int:
    """Write the files of all sides, and return the number of assertions."""
    folder.mkdir()
    assertions = schema.write_pgtap(tables, folder / "pgtap")
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "expectations.yaml").write_text(schema.expectations(tables))
    (folder / "items.noop").write_text(str(assertions))
    (folder / "one.noop").write_text("1")
    (folder / "one.expectations.yaml").write_text("schemas: {app: {}}")
    return assertions


def _verify(dsn: Dsn) -> tuple[str, ...]:
    return (*PYTEST, f"--schema-dsn={dsn}", "expectations.yaml")


def _ours(dsn: Dsn, folder: Path, assertions: int) -> dict[str, Callable[[], float]]:
    verify = _verify(dsn)
    noop = (*PYTEST, "-p", "no:schemaverify", "-p", "bench.noop", "items.noop")
    one = (*PYTEST, f"--schema-dsn={dsn}", "one.expectations.yaml")
    passed = f"{assertions} passed"
    path = folder / "expectations.yaml"
    return {
        PLUGIN: lambda: command(verify, folder=folder, expect=passed),
        OBJECTS: lambda: command(
            (*verify, "--schema-items=object"), folder=folder, expect=" passed"
        ),
        NOOP: lambda: command(noop, folder=folder, expect=passed),
        STARTED: lambda: command((*noop[:-1], "one.noop"), folder=folder, expect="1 passed"),
        IMPORTED: lambda: command(one, folder=folder, expect="1 passed"),
        SNAPSHOT: lambda: call(lambda: _snapshot(dsn)),
        LOADING: lambda: call(lambda: Verification(path, path.name, Config())),
    }


def _snapshot(dsn: Dsn) -> None:
    gc.collect()
    with databases.reader(dsn) as reader:
        snapshot.read(reader)


def _prove(jobs: int, dsn: Dsn, folder: Path, assertions: int) -> float:
    target = conninfo.conninfo_to_dict(dsn)
    environment = {
        "PGHOST": str(target["host"]),
        "PGPORT": str(target.get("port", 5432)),
        "PGUSER": str(target["user"]),
        "PGDATABASE": f"{target['dbname']}_pgtap",
        "PGOPTIONS": "--search_path=tap",
    }
    scripts = sorted((folder / "pgtap").glob("*.sql"))
    return command(
        ["pg_prove", "-Q", f"-j{jobs}", *scripts],
        folder=folder,
        environment=environment,
        expect=f"Tests={assertions},",
    )
