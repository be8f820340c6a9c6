"""Every command of docs/guides/migrating.md runs, in order, on a database that plays production."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.migrations.apply import apply, apply_all
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.read import read
from pytest_schemaverify.rehearsal.restore import programs

from .projects import shows_no_traceback

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "guides" / "migrating.md").read_text(encoding="utf-8")
COMMANDS = [
    command
    for block in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    for command in block.splitlines()
]
WORKER = """\
set search_path = public, extensions;
update {table} t set embedding = (select array_agg(0.1) from generate_series(1, 1536))::vector
from job_queue j where j.payload ->> 'table' = '{table}' and j.payload ->> 'id' = t.id::text;
"""
"""What a worker does, with a model that thinks the same of everything."""


@pytest.fixture
def production(server: Server) -> Iterator[Dsn]:
    """The worked example's database as it was before 003."""
    dsn = databases.create(server, name="production", platform="supabase", extensions={}).dsn
    with databases.connect(dsn, autocommit=True) as connection:
        apply_all(connection, read(ROOT / "migrations" / "legacy").migrations)
        apply(connection, Migration(ROOT / "tests" / "data" / "legacy.sql", "", "seed"))
    yield dsn
    databases.drop(server, "production")


@pytest.fixture
def environment(production: Dsn, tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who has installed the product and PostgreSQL's programs."""
    own = tmp_path / "bin"
    own.mkdir()
    worker = "".join(WORKER.format(table=table) for table in ("memories", "knowledge_base"))
    worker += "update job_queue set status = 'succeeded';"
    for name, script in (
        ("pytest", f'exec {sys.executable} -m pytest -p no:cacheprovider "$@"'),
        ("schemaverify", f'exec {sys.executable} -m pytest_schemaverify.cli "$@"'),
        ("compute-embeddings", f"psql \"$1\" -v ON_ERROR_STOP=1 <<'END'\n{worker}\nEND"),
    ):
        (own / name).write_text(f"#!/bin/sh\n{script}\n")
        (own / name).chmod(0o755)
    with databases.connect(production) as connection:
        theirs = programs(connection)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "PG"))}
    return kept | {"PATH": f"{own}:{theirs}:{kept['PATH']}", "PRODUCTION": str(production)}


def test_every_command_of_the_page_works(
    production: Dsn, environment: dict[str, str], tmp_path: Path
) -> None:
    project = tmp_path / "project"
    shutil.copytree(ROOT / "migrations", project / "migrations")
    shutil.copytree(ROOT / "tests" / "data", project / "tests" / "data")
    shutil.copy(ROOT / "expectations.yaml", project)
    printed = {}
    for command in COMMANDS:
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=project, env=environment, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        printed[command] = done.stdout
        assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}\n{done.stderr[-2000:]}"
        assert shows_no_traceback(done.stderr), done.stderr
    full, last = (text for text in printed.values() if "checklist of a migration" in text)
    assert [line[2:35].strip() for line in full.splitlines() if line.startswith("☐")] == [
        "embeddings regenerated",
        "old tables cleaned up",
    ]
    assert "✓ backup and restore tried" in full
    assert "✓ embeddings regenerated" in last
    assert "✓ old tables cleaned up" in last
    with databases.connect(production) as connection:
        old = connection.execute("select to_regnamespace('legacy_v2')").fetchone()
    assert old == (None,)


def test_the_page_has_its_commands_in_blocks_that_are_run() -> None:
    kinds = re.findall(r"^```(\w*)$", PAGE, re.MULTILINE)
    assert set(kinds) == {"sh", ""}
    assert len(COMMANDS) == 16


@pytest.mark.parametrize("step", ["pg_dump", "--schema-rollback", "--schema-dsn", "checklist"])
def test_no_step_of_the_guide_is_missing(step: str) -> None:
    assert any(step in command for command in COMMANDS)
