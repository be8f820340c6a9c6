"""A server that is to stay does so only when somebody was told how to end it."""

import re
import subprocess
from pathlib import Path

import psycopg
import pytest

from tests.projects import EXPECTATIONS, Project, text_of
from tests.projects import project as project

from .test_faults import nothing_remains

ON_DISK = """
from pytest_schemaverify.databases import server

server.supervised.__wrapped__.__kwdefaults__["places"] = ()
"""
"""A conftest with which a server's files are in the folder for temporary files."""


@pytest.mark.parametrize("cache", [[], ["--schema-cache"]], ids=["plain", "cache"])
def test_a_server_whose_end_nobody_could_be_told_does_not_stay(
    project: Project, place: Path, cache: list[str]
) -> None:
    project.write("before.sql", "select 1 / 0;")
    project.expect(EXPECTATIONS + "database: {prepare: before.sql}\n")
    project.write("conftest.py", ON_DISK)
    text = text_of(project.run_apart("--schema-keep", *cache, "-q"))
    assert "division by zero" in text
    assert "kill" not in text
    assert nothing_remains(place)


def test_a_server_that_only_fixtures_have_used_stays_and_says_so(project: Project) -> None:
    project.write("test_own.py", "def test_own(schema_connection): pass")
    text = text_of(project.run_apart("--schema-keep", "-q", "test_own.py"))
    stop = re.search(r"to stop it and to remove its files: kill (\d+)", text)
    found = re.search(r"what was verified: psql '(.*)'", text)
    assert stop, text
    assert found
    try:
        psycopg.connect(found[1]).close()
    finally:
        subprocess.run(["kill", stop[1]], check=True)
