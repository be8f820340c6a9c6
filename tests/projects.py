"""Small projects, as a user of the plugin has them."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

# Runs in this process import these; what pytester finds loaded, it does not load again each time.
import pytest_schemaverify.plugin.collection
import pytest_schemaverify.plugin.hooks
import pytest_schemaverify.verification.reading  # noqa: F401
from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.databases.cache_folders import cache_folder
from pytest_schemaverify.kinds.snapshot import families

# pytester forgets at the end of a run what the run has loaded. Rows of a module that is loaded
# twice have two classes, and pickle refuses those of the first.
families()

MIGRATION = """\
create table users (
  id bigint generated always as identity primary key,
  email text not null unique
);
alter table users enable row level security;
"""

EXPECTATIONS = """\
migrations: {directory: migrations}
tables:
  users:
    columns:
      id: bigint not null
      email: text not null
    primary_key: [id]
    rls: {enabled: true}
data:
  users: {rows: 0}
"""
NUMBER = 12
"""So many expectations these are, all of which hold."""

WRONG = EXPECTATIONS.replace("email: text", "email: varchar(80)")
"""The same with one that does not hold."""


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with expectations, migrations and tests, in which pytest is run."""

    pytester: pytest.Pytester

    @property
    def path(self) -> Path:
        return self.pytester.path

    def write(self, name: str, text: str) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def expect(self, text: str) -> Path:
        return self.write("expectations.yaml", text)

    def run(self, *arguments: str) -> pytest.RunResult:
        """Run pytest in this process."""
        return self.pytester.runpytest_inprocess(*arguments)

    def run_apart(self, *arguments: str, timeout: float = 300) -> pytest.RunResult:
        """Run pytest in a process of its own, as a user does."""
        return self.pytester.runpytest_subprocess(*arguments, timeout=timeout)


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose expectations hold."""
    surroundings(monkeypatch)
    made = Project(pytester)
    made.write("migrations/001_users.sql", MIGRATION)
    made.expect(EXPECTATIONS)
    return made


@pytest.fixture
def filled(database: Dsn) -> Dsn:
    """An existing database that the migration has been applied to."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(MIGRATION.encode())
    return database


CACHE = str(cache_folder().parent)
"""Where clusters are kept between runs; pytester moves the home folder away from it."""


def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no setting of whoever runs the tests reach the project, and nothing be set up twice."""
    for name in list(os.environ):
        if name.startswith(("PYTEST_SCHEMA", "PYTEST_PLUGINS", "PYTEST_DISABLE", "PG", "GITHUB_")):
            monkeypatch.delenv(name)
    for name in ("CI", "BUILD_NUMBER", "CI_PROJECT_DIR"):  # with these, more is printed
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", CACHE)
    monkeypatch.setenv("COLUMNS", "100")


def text_of(result: pytest.RunResult) -> str:
    """Return everything that a run printed."""
    return f"{result.stdout.str()}\n{result.stderr.str()}"


def lines_after(text: str, start: str) -> list[str]:
    """Return the lines behind the first one that holds a text, up to the next ruled one."""
    lines = text.splitlines()
    first = next(number for number, line in enumerate(lines) if start in line)
    return list(_until_ruled(lines[first + 1 :]))


def _until_ruled(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if re.match(r"[=_!-]{3}", line):
            return
        yield line


def shows_no_traceback(text: str) -> bool:
    """Return whether nothing in the text is Python's or ours to debug."""
    return not re.search(r"Traceback|site-packages|File \"|\.py:\d+|INTERNALERROR|Error\b:", text)
