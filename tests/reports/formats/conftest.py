"""One run, whose results every format is tried with."""

import os
import subprocess
import sys

import pytest

from tests.projects import project as project  # the fixture that those of runs.py begin with
from tests.reports.formats.runs import EXPECTATIONS, MIGRATION

FOLDER = "services/the db"
"""Where the project is in its repository."""
FORMATS = ("json", "sarif", "gitlab", "junit")


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The reports of a run on GitHub by their formats, and `printed`, which is what it prints."""
    repository = tmp_path_factory.mktemp("repository")
    (repository / ".git").mkdir()
    folder = repository / FOLDER
    (folder / "migrations").mkdir(parents=True)
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "migrations/001_users.sql").write_text(MIGRATION)
    (folder / "expectations.yaml").write_text(EXPECTATIONS)
    reports = [f"--schema-report={format}:{format}" for format in FORMATS[1:]]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-pno:cacheprovider", "--schema-report=json:-", *reports],
        cwd=folder, env={**os.environ, "GITHUB_ACTIONS": "true"}, text=True, capture_output=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    files = {format: (folder / format).read_text(encoding="utf-8") for format in FORMATS[1:]}
    return {"json": done.stdout, "printed": done.stderr, **files}
