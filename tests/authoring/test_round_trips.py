"""A file that `init` has written holds on the database, and on the one that pg_dump makes of it."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection, conninfo

from pytest_schemaverify import databases
from pytest_schemaverify.cli import main
from pytest_schemaverify.databases import Dsn, Server
from tests.rehearsal.backups import dump

from .changing import example


def pytest_run(folder: Path, dsn: Dsn, *more: str) -> str:
    """Return what pytest prints about the file of a folder and a database."""
    asked = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--schema-dsn={dsn}"]
    asked += more
    return subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=False).stdout


def is_green(run: str, passed: int) -> bool:
    """Return whether a run has no failure and at least as many that hold."""
    counted = re.search(r"(\d+) passed", run)
    return " failed" not in run and counted is not None and int(counted[1]) >= passed


def restored(connection: Connection[Any], dsn: Dsn, path: Path) -> Dsn:
    """Restore a dump of a database beside it, by the server's own programs.

    The dump has the settings of the database, which are not its own.
    """
    (folder,) = connection.execute(
        "select setting from pg_catalog.pg_config() where name = 'BINDIR'"
    ).fetchone() or [""]
    name = connection.info.dbname
    script = dump(dsn, path, "--create").read_text(encoding="utf-8")
    path.write_text(script.replace(name, f"{name}_2"), encoding="utf-8")
    at = conninfo.make_conninfo(str(dsn), dbname="postgres")
    command = [f"{folder}/psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(path), at]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return Dsn(conninfo.make_conninfo(str(dsn), dbname=f"{name}_2"))


@pytest.mark.parametrize(("rare", "passed"), [(False, 2000), (True, 3500)])
def test_what_init_has_written_holds_before_and_after_a_dump(
    rare: bool, passed: int, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with example(server, rare=rare) as one:
        assert main(["init", "-q", f"--dsn={one.dsn}", "--depth=all", "--platform=supabase"]) == 0
        assert is_green(pytest_run(tmp_path, one.dsn), passed)
        again = restored(one.connection, one.dsn, tmp_path / "dump.sql")
        try:
            assert is_green(pytest_run(tmp_path, again), passed)
            with databases.connect(again, autocommit=True) as connection:
                connection.execute("alter table public.memories alter content drop not null")
            assert " failed" in pytest_run(tmp_path, again, "-k", "tables.memories.columns")
        finally:
            databases.drop(server, f"{one.connection.info.dbname}_2")
