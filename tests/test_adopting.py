"""Every command of docs/guides/adopting.md is run, in order, in a small Supabase project."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .projects import shows_no_traceback

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/guides/adopting.md").read_text(encoding="utf-8")
LEFT = ("schemaverify diff", "schemaverify update --create")
"""Commands behind which something is left, which they say with exit code 1."""
STEPS = re.findall(r"^```(sh|sql|text)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who has installed the product, and is not in CI."""
    own = tmp_path / "bin"
    own.mkdir()
    for name, script in (
        ("pytest", f'exec {sys.executable} -m pytest -p no:cacheprovider "$@"'),
        ("schemaverify", f'exec {sys.executable} -m pytest_schemaverify.cli "$@"'),
    ):
        (own / name).write_text(f"#!/bin/sh\n{script}\n")
        (own / name).chmod(0o755)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "PG", "CI"))}
    return kept | {"PATH": f"{own}:{kept['PATH']}"}


def test_every_command_of_the_page_works(environment: dict[str, str], tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(ROOT / "tests/data/projects/supabase", project)
    done = subprocess.CompletedProcess[str]([], 0, "", "")
    for kind, text in STEPS:
        if kind == "sql":
            (project / "supabase/migrations/20250401080000_pinned.sql").write_text(text)
            failing = _run("pytest", project, environment)
            assert failing.returncode == 1
        elif kind == "text":
            assert text in done.stdout + done.stderr
        for command in text.splitlines() if kind == "sh" else ():
            done = _run(command, project, environment)
            assert done.returncode == (command in LEFT), (
                f"{command}\n{done.stdout[-4000:]}\n{done.stderr[-2000:]}"
            )
            assert shows_no_traceback(done.stderr), done.stderr
    written = (project / "expectations.yaml").read_text()
    assert "pinned: boolean not null default false" in written
    assert "Everybody sees pinned notes" in written


def _run(
    command: str, folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
