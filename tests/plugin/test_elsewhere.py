"""What works where: what Windows, 32 bits and a machine without libpq lack is taken away here.

Windows itself is not tried: paths, the console and its own bugs are not.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.sql import fence, parser
from tests.projects import EXPECTATIONS, NUMBER, Project, text_of
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project  # a fixture

WINDOWS = """
import os, select, signal, sys

for name in "curses fcntl grp pty pwd readline resource syslog termios tty".split():
    sys.modules[name] = None  # what is None cannot be imported
for module, names in {
    os: "O_DIRECTORY O_NOFOLLOW O_NONBLOCK chown confstr fork forkpty getegid geteuid getpgid"
    " killpg pread setsid statvfs",
    select: "PIPE_BUF epoll poll",
    signal: "ITIMER_PROF SIGHUP SIGPROF SIGQUIT setitimer",
}.items():
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
"""
"""What Python has on Linux and not on Windows, and we or a module of the library could use.

Without os.getuid and signal.SIGKILL pytest and subprocess would believe the system's name.
"""
BITS_32 = "import sys; sys.modules['postgast'] = None"
"""There is no wheel of the parser."""
NO_LIBPQ = """
import ctypes.util, sys
sys.modules["psycopg_binary"] = sys.modules["psycopg_c"] = None
ctypes.util.find_library = lambda name: None
"""
OWN_PROGRAM = {"__main__", "cluster", "linked_installation", "processes", "program"}
"""Modules of the supervisor that only its own process loads."""
EVERY_MODULE = """
import importlib, pkgutil, pytest_schemaverify
for one in pkgutil.walk_packages(pytest_schemaverify.__path__, "pytest_schemaverify."):
    if not one.name.endswith("__main__"):
        try:
            importlib.import_module(one.name)
        except ModuleNotFoundError as error:
            print(one.name)
"""
POLICY = "rls: {enabled: true, policies: {own: {using: true and email=current_user}}}"
Lacking = Callable[[str], None]


@pytest.fixture
def lacking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lacking:
    """Let each Python that starts from now on begin with some code."""
    folder = tmp_path / "begins"

    def begin(code: str) -> None:
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(code)
        monkeypatch.setenv("PYTHONPATH", str(folder))

    return begin


def command(project: Project, *words: str) -> "subprocess.CompletedProcess[str]":
    program = [sys.executable, "-m", "pytest_schemaverify.cli", *words]
    return subprocess.run(program, cwd=project.path, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("workers", ["-n0", "-n1"])
def test_windows_verifies_a_database_that_exists(
    project: Project, filled: Dsn, lacking: Lacking, workers: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    # With its plan kept, a large file would be read from the cache.
    project.expect(EXPECTATIONS + "#" * 200_000)
    lacking(WINDOWS)
    # Without fcntl there is no lock, and a run of another test would take its folder for a dead
    # run's.
    (project.path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(project.path / "temporary"))
    result = project.run_apart(f"--schema-dsn={filled}", workers, "-W", "error")
    # One is about how a disposable database was built.
    result.assert_outcomes(passed=NUMBER - 1, skipped=1)
    assert result.ret == 0
    assert "read-only" in text_of(result)


def test_windows_is_told_that_it_has_no_disposable_database(
    project: Project, lacking: Lacking
) -> None:
    lacking(WINDOWS)
    result = project.run_apart()
    assert result.ret == 6
    text = text_of(result)
    assert "one can be run on Linux and macOS only, and this Python is for Windows" in text
    assert "run pytest in WSL, or verify an existing database with --schema-dsn" in text
    assert "internal error" not in text


def test_windows_has_the_commands_that_only_read(
    project: Project, filled: Dsn, lacking: Lacking
) -> None:
    lacking(WINDOWS)
    done = command(project, "diff", f"--dsn={filled}")
    assert done.returncode == 1, done.stderr
    assert "users_email_key" in done.stdout  # which the file does not name
    assert "Traceback" not in done.stderr


def test_no_module_needs_more_than_windows_has(lacking: Lacking) -> None:
    lacking(WINDOWS)
    done = subprocess.run(
        [sys.executable, "-c", EVERY_MODULE], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    supervisor = "pytest_schemaverify.databases.supervisor."
    own = {f"{supervisor}{name}" for name in OWN_PROGRAM}
    assert set(done.stdout.split()) <= own


@pytest.mark.parametrize(("text", "said"), [
    ("select 1" + ", 1" * 10_000, ""),
    ("/*" * 60_000 + "*/" * 60_000, "it takes longer than 1 s to be read"),
])  # fmt: skip
def test_the_parser_apart_needs_no_more(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = tmp_path / "begun.py"
    source = parser.__file__
    begun.write_text(f"{WINDOWS}\nimport runpy\nrunpy.run_path({source!r}, run_name='__main__')\n")
    monkeypatch.setattr(parser, "__file__", str(begun))
    monkeypatch.setattr(parser, "SECONDS", 1)
    monkeypatch.setattr(fence, "_processes", {})  # the others begin without this
    try:
        if said:
            with pytest.raises(fence.Refused, match=said):
                fence.parsed("sql", text)
        else:
            assert b"SelectStmt" in fence.parsed("sql", text)
    finally:
        if process := fence._processes.get(os.getpid()):
            process.end()


def test_without_the_parser_only_what_needs_it_is_open(
    project: Project, filled: Dsn, lacking: Lacking
) -> None:
    with psycopg.connect(filled) as connection:
        connection.execute("create policy own on users for select using (email = current_user)")
    project.expect(EXPECTATIONS.replace("rls: {enabled: true}", POLICY))
    lacking(BITS_32)
    result = project.run_apart(f"--schema-dsn={filled}")
    text = text_of(result)
    result.assert_outcomes(passed=NUMBER + 1, failed=1, skipped=1)
    assert result.ret == 6
    assert "cannot tell parsing SQL for the check policies.using" in text
    assert "because the package postgast, which does that, is not installed" in text


def test_without_libpq_it_is_said_what_to_install(project: Project, lacking: Lacking) -> None:
    lacking(NO_LIBPQ)
    done = command(project, "diff", "--dsn=postgresql://localhost/none")
    assert done.returncode == 6
    runs = [project.run_apart(), project.run_apart("--schema-dsn=postgresql://localhost/none")]
    assert [run.ret for run in runs] == [6, 4]
    for text in (done.stderr, *map(text_of, runs)):
        assert "loading psycopg, which talks to PostgreSQL" in text
        assert "`apt-get install libpq5`" in text
        assert "Traceback" not in text
        assert "hooks.py" not in text
