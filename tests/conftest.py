"""A disposable server for the tests; the product's own providers start it."""

import os
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.settings.config import Config
from tests.processes import heed_signals

_NUMBERS = count(1)

heed_signals()

collect_ignore = ["data"]  # projects that the tests copy: what they expect does not hold on purpose

# What pytest prints follows these; what the tests compare it with does not.
_OTHERS = ("CI", "BUILD_NUMBER", "COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "PY_COLORS")
for _name in (*_OTHERS, "GITHUB_ACTIONS", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
    os.environ.pop(_name, None)
# As in an environment that is active: `schemaverify` is a command that can be typed.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture(scope="session")
def server(pytestconfig: pytest.Config) -> Iterator[Server]:
    """A running PostgreSQL with pgvector, or the one that --test-bin-dir names."""
    with databases.start(Config(bin_dir=pytestconfig.getoption("test_bin_dir"))) as server:
        yield server


@pytest.fixture(scope="session")
def _somebodys() -> Iterator[Server]:
    with databases.start(Config()) as server:
        yield server


@pytest.fixture
def theirs(_somebodys: Server) -> Iterator[Server]:
    """Somebody's server, on which are no roles of other tests; those of a test go after it."""
    yield _somebodys
    # What initdb has made has a lower number than that.
    query = "select format('drop role %I', rolname) from pg_catalog.pg_roles where oid >= 16384"
    with databases.connect(_somebodys.dsn, autocommit=True) as connection:
        for (drop,) in connection.execute(query).fetchall():
            connection.execute(drop)


@pytest.fixture(scope="session")
def available(server: Server) -> set[str]:
    """The extensions that the server has."""
    query = "select name from pg_catalog.pg_available_extensions"
    with databases.connect(server.dsn) as connection:
        return {row[0] for row in connection.execute(query)}


@pytest.fixture(scope="session")
def _pages_dsn(server: Server, available: set[str]) -> Dsn:
    extensions = {"vector": "extensions"} if "vector" in available else {}
    return databases.create(server, name="pages", platform="supabase", extensions=extensions).dsn


@pytest.fixture(scope="session")
def _pages_connection(_pages_dsn: Dsn) -> Iterator[Connection[Any]]:
    with databases.connect(_pages_dsn) as connection:
        yield connection


@pytest.fixture
def connection(_pages_connection: Connection[Any]) -> Iterator[Connection[Any]]:
    """A connection to a database like Supabase's with pgvector; what a test does is rolled back."""
    with _pages_connection.transaction(force_rollback=True):
        yield _pages_connection


@pytest.fixture
def database(server: Server) -> Iterator[Dsn]:
    """An empty database of the test's own."""
    name = f"test_{next(_NUMBERS)}"
    yield databases.create(server, name=name, platform="postgres", extensions={}).dsn
    databases.drop(server, name)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what was done to the worked example on purpose, and how much of it was caught."""
    for title, test, word in (
        ("mutations of the worked example", "test_mutations.py::test_a_change", "caught exactly"),
        ("holes in the worked example", "test_holes.py::test_a_hole", "found and named"),
        ("holes planted into ordinary schemas", "test_planted.py::test_a_hole", "found"),
        ("changes that a written file notices", "test_kills.py::test_a_change", "noticed"),
        ("harmless changes of the worked example", "test_holes.py::test_nothing", "left alone"),
    ):
        outcomes = {
            report.nodeid.partition("[")[2].removesuffix("]"): outcome == "passed"
            for outcome in ("passed", "failed", "xfailed")
            for report in terminalreporter.getreports(outcome)
            if report.when == "call" and test in report.nodeid
        }
        if outcomes:
            terminalreporter.section(title)
            for name, caught in outcomes.items():
                terminalreporter.line(f"{'✓' if caught else '✗'} {name}")
            terminalreporter.line(f"{word}: {sum(outcomes.values())} of {len(outcomes)}")
