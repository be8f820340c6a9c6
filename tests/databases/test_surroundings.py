"""Machines that lack what others have: a home, a name for the user, room in memory."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_schemaverify.databases import Server
from tests.projects import Project
from tests.projects import project as project

NOBODY = 12345
"""A user's number that /etc/passwd does not know."""
STRANGER = [
    "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
    # The tests' own Python may be in a folder that is closed to everybody else.
    "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search",
    "env", "--unset=HOME", "--unset=USER", "--unset=LOGNAME", "--unset=XDG_CACHE_HOME",
    "PYTHONDONTWRITEBYTECODE=1",
]  # fmt: skip
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]


def tried(project: Project, prefix: list[str], *arguments: str) -> tuple[int, str]:
    """Run pytest by way of another program; skip where this machine does not let us."""
    if os.geteuid() or not shutil.which(prefix[0]):
        pytest.skip(f"only root can try this, with {prefix[0]}")
    allowed = subprocess.run([*prefix, "true"], capture_output=True, text=True, check=False)
    if allowed.returncode:
        pytest.skip(f"this machine does not allow it: {allowed.stderr}")
    done = subprocess.run(
        [*prefix, *PYTEST, *arguments], cwd=project.path, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    text = f"{done.stdout}\n{done.stderr}"
    assert "Traceback" not in text, text
    return done.returncode, text


@pytest.fixture
def open_to_all(project: Project, place: Path) -> Project:
    """A project and a folder for temporary files that another user can read."""
    place.chmod(0o777)
    for path in project.path.rglob("*"):
        path.chmod(0o755)
    return project


def test_a_user_without_a_name_is_told_what_to_do(open_to_all: Project, place: Path) -> None:
    code, text = tried(open_to_all, STRANGER)
    assert code == 6
    assert f"add user {NOBODY} to /etc/passwd" in text
    assert f"RUN useradd --uid {NOBODY} tests" in text
    assert (place / f"pytest-schemaverify-{NOBODY}").is_dir()  # the cache, without a home


def test_a_user_without_a_name_can_use_a_server(open_to_all: Project, embedded: Server) -> None:
    may_connect = [part.replace("dac_read_search", "dac_override") for part in STRANGER]
    code, text = tried(open_to_all, may_connect, f"--schema-server={embedded.dsn}")
    assert code == 0, text


def test_the_user_has_to_be_in_the_dsn_then(open_to_all: Project) -> None:
    code, text = tried(open_to_all, STRANGER, "--schema-dsn=host=/tmp dbname=x")
    assert code == 6
    assert "name the user in the DSN (user=…) or in PGUSER" in text


@pytest.mark.parametrize("size", ["1m", "16k"])
@pytest.mark.parametrize("arguments", [(), ("--schema-cache",)], ids=["plain", "cache"])
def test_little_memory_and_a_cold_cache(
    project: Project, tmp_path: Path, size: str, arguments: tuple[str, ...]
) -> None:
    script = f'mount -t tmpfs -o size={size} tmpfs /dev/shm && exec "$@"'
    small = ["unshare", "--mount", "sh", "-c", script, "sh", "env", f"XDG_CACHE_HOME={tmp_path}"]
    code, text = tried(project, small, *arguments)
    assert code == 0, text
