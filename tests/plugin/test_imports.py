"""A run that verifies an existing database, and in which all holds, imports only what it needs.

An import line at the top of a module is easily written, and every run waits for what it brings. So
what such a run may import of each room is listed here; whoever adds to a list says that each run
needs it.
"""

import json
from collections.abc import Iterable

import pytest

from pytest_schemaverify.databases import Dsn
from tests.projects import Project
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project

LISTING = """
import json, sys
from pathlib import Path

def pytest_unconfigure(config):
    Path("modules.json").write_text(json.dumps(sorted(sys.modules)))
"""
HOLDS = """
tables:
  users:
    columns:
      id: bigint not null
      email: text not null
    primary_key: id
"""
WHOLE_ROOMS = {
    "authoring", "behaviour", "cli", "rules",
    "databases.keepers", "databases.providers", "migrations.static", "rehearsal.checks",
    "reports.formats",
}  # fmt: skip
"""Rooms of which nothing is imported."""
NEEDED = {
    "rehearsal": {"moments", "progress", "target"},
    "migrations": {"folders", "listing", "names"},
    "reports": {"colours", "header", "outcomes", "summary"},
    "canonical": {
        "comparison", "index_keys", "questions", "server_errors", "sql_syntax_calls",
        "stand_in_rows", "texts",
    },
    "databases": {
        "bounds", "cache_folders", "connection_errors", "dsn", "foreign_dsns", "kept_files",
        "libpq_environment", "poolers", "read_only_connections", "reader_role", "reading",
        "servers", "supervisor", "unreadable_dsns", "versions",
    },
}  # fmt: skip
"""The modules of other rooms that are."""
NEVER = {"postgast", "google", "pgvector", "dotenv", "psycopg.pq.pq_ctypes", "asyncpg"}
"""Libraries that something else is for: the parser with what it needs, pgvector, files `.env`, and
the implementation of psycopg in Python beside that in C."""


def inside(room: str, names: Iterable[str]) -> set[str]:
    """Return the modules right inside of a room, without what is around and below them."""
    front = f"pytest_schemaverify.{room}."
    return {name.removeprefix(front).partition(".")[0] for name in names if name.startswith(front)}


@pytest.fixture
def imported(project: Project, filled: Dsn) -> list[str]:
    """The modules that such a run has imported."""
    project.write("conftest.py", LISTING)
    project.expect(HOLDS)
    for _ in range(2):  # the first one reads the file, and keeps what it says
        project.run_apart(f"--schema-dsn={filled}").assert_outcomes(passed=8)
    found: list[str] = json.loads((project.path / "modules.json").read_text())
    assert "pytest_schemaverify.plugin.session" in found
    return found


def test_what_holds_needs_no_more(imported: list[str]) -> None:
    others = {room: inside(room, imported) ^ needed for room, needed in NEEDED.items()}
    assert not {room: names for room, names in others.items() if names}
    assert not {room for room in WHOLE_ROOMS if inside(room, imported)}
    libraries = {name for name in imported if not name.startswith("pytest_schemaverify")}
    assert not {one for one in libraries if one.partition(".")[0] in NEVER or one in NEVER}
