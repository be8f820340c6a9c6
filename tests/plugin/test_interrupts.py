"""However a run ends, nothing of it stays: no process, no folder."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.processes import descendants, ended, lives
from tests.projects import CACHE, Project, shows_no_traceback
from tests.projects import project as project  # a fixture

SOON = 30.0
"""Seconds."""

SLOW = "select pg_catalog.pg_sleep(60);"


@pytest.fixture
def slow(project: Project) -> Project:
    """A project whose second migration takes a minute."""
    project.write("migrations/002_slow.sql", SLOW)
    (project.path / "tmp").mkdir()
    return project


@pytest.fixture
def waiting(slow: Project) -> Iterator["subprocess.Popen[str]"]:
    """A run of it, that has come to the slow migration."""
    with started(slow) as run:
        yield run


@contextmanager
def started(project: Project, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Start pytest and yield once its server runs the slow migration."""
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=project.path,
        env=surroundings(project),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    with ended(run):
        deadline = time.monotonic() + 60
        while not any("SELECT" in line or "select" in line for line in titles(run.pid)):
            assert time.monotonic() < deadline
            assert run.poll() is None, run.communicate()[0]
            time.sleep(0.05)
        yield run


def surroundings(project: Project) -> dict[str, str]:
    """Return an environment in which temporary files have a place of their own."""
    return {**os.environ, "XDG_CACHE_HOME": CACHE, "TMPDIR": str(project.path / "tmp")}


def left_in(project: Project) -> list[str]:
    """Return our temporary folders that are there."""
    return [path.name for path in (project.path / "tmp").glob("schemaverify-*")]


def titles(pid: int) -> list[str]:
    """Return the command lines of all descendants of a process."""
    return [command for _, command in descendants(pid)]


def folders(processes: list[tuple[int, str]]) -> set[Path]:
    """Return the data folders that processes were started with."""
    words = [word for _, command in processes for word in command.split()]
    return {Path(word).parent for word in words if word.endswith("/data")}


def is_over(processes: list[tuple[int, str]], places: set[Path], *, within: float) -> None:
    """Fail unless all of that is gone soon."""
    deadline = time.monotonic() + within
    while True:
        alive = [one for one in processes if lives(one[0])]
        there = [place for place in places if place.exists()]
        if not alive and not there:
            return
        assert time.monotonic() < deadline, (alive, there)
        time.sleep(0.05)


def interrupted(output: str) -> tuple[list[str], str]:
    """Return the lines in which pytest says where Ctrl-C struck, and the rest of the output.

    pytest names the Python line that ran, which is one of psycopg, of ours or of Python's own
    library, as it happens.
    """
    line = re.compile(r"^.+:\d+: KeyboardInterrupt\n", re.MULTILINE)
    return line.findall(output), line.sub("", output)


pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")


@pytest.mark.parametrize(
    "signals",
    [
        [signal.SIGINT],
        [signal.SIGINT, signal.SIGINT],
        [signal.SIGTERM],
        [signal.SIGHUP],
        [signal.SIGKILL],
    ],
    ids=["Ctrl-C", "Ctrl-C twice", "SIGTERM", "SIGHUP", "SIGKILL"],
)
def test_nothing_stays_when_a_run_is_ended_while_migrations_run(
    slow: Project, waiting: "subprocess.Popen[str]", signals: list[signal.Signals]
) -> None:
    processes = descendants(waiting.pid)
    places = folders(processes)
    assert places
    for number in signals:
        waiting.send_signal(number)
        time.sleep(0.05)
    output, _ = waiting.communicate(timeout=60)
    is_over(processes, places, within=SOON)
    assert left_in(slow) == []
    if signals == [signal.SIGINT]:
        assert waiting.returncode == 2
        where, rest = interrupted(output)
        assert len(where) == 1, output
        assert shows_no_traceback(rest), output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_stays_of_a_run_with_workers(slow: Project, number: signal.Signals) -> None:
    with started(slow, "-n2") as run:
        processes = descendants(run.pid)
        servers = [one for one in processes if "supervisor" in one[1] or "postgres" in one[1]]
        assert len(servers) > 2
        try:
            if number == signal.SIGINT:
                os.killpg(run.pid, number)  # a terminal's Ctrl-C is for all of them
            else:
                run.send_signal(number)
            run.wait(timeout=60)
            is_over(servers, folders(servers), within=SOON)
            deadline = time.monotonic() + SOON
            while left_in(slow) and time.monotonic() < deadline:
                time.sleep(0.02)
            assert left_in(slow) == []
        finally:
            for pid, _ in processes:  # execnet's workers take their time
                if lives(pid):
                    os.kill(pid, signal.SIGKILL)
