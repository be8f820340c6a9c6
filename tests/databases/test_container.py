"""Containers go, and what keeps one from starting is told within seconds."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
from psycopg import conninfo

from pytest_schemaverify import databases
from pytest_schemaverify.databases.providers.container import IMAGE
from pytest_schemaverify.errors import DatabaseUnavailable
from pytest_schemaverify.settings.config import Config
from tests.processes import descendants, ended

from .conftest import skip_without_containers
from .test_faults import ROOT

TRIED_PORTS = 12
"""More than the number of free ports that Docker tries, one after the other, before it gives up."""

SOON = 10.0
"""Seconds within which a user knows what is wrong."""

VICTIM = """
import sys
from pytest_schemaverify import databases
from pytest_schemaverify.settings.config import Config
with databases.start(Config(database="container")) as server:
    print("ready", flush=True)
    sys.stdin.read()
"""


ENDS = f"""
FROM {IMAGE}
ENTRYPOINT ["/bin/sh", "-c", "echo no room for a cluster >&2; exit 1"]
"""


@pytest.fixture(scope="module")
def _engine() -> None:
    """Skip where no container of the default image can run."""
    try:
        with databases.start(Config(database="container")):
            pass
    except DatabaseUnavailable as error:
        skip_without_containers(error)
        raise


def docker(*arguments: str, stdin: str = "") -> str:
    run = subprocess.run(
        ["docker", *arguments],
        env={**os.environ, "DOCKER_BUILDKIT": "0"},
        input=stdin,
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout


def ours() -> list[str]:
    """Return the containers that we have made on this machine."""
    mine = f"label=pytest-schemaverify.host={socket.gethostname()}"
    return docker("ps", "--all", "--quiet", "--filter", mine).split()


def refusal(config: Config) -> str:
    """Return why there is no server, which has to be said soon."""
    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable) as caught, databases.start(config):
        pass
    assert time.monotonic() - began < SOON
    return str(caught.value)


@pytest.fixture
def victim() -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-c", VICTIM],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with ended(process):
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process


def none_left() -> bool:
    deadline = time.monotonic() + SOON
    while ours() and time.monotonic() < deadline:
        time.sleep(0.1)
    return ours() == []


@pytest.mark.usefixtures("_engine")
def test_a_run_that_ends_well_leaves_no_container() -> None:
    with databases.start(Config(database="container")) as server:
        assert server.provider == "container"
        assert len(ours()) == 1
        assert ours()[0] in server.notes[0]
    assert ours() == []
    assert docker("volume", "ls", "--quiet") == ""


@pytest.mark.usefixtures("_engine")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_killed_leaves_no_container(
    victim: "subprocess.Popen[str]", number: int
) -> None:
    assert len(ours()) == 1
    victim.send_signal(number)
    assert none_left()


@pytest.mark.usefixtures("_engine")
def test_what_a_run_and_its_keeper_left_goes_with_the_next_run(
    victim: "subprocess.Popen[str]",
) -> None:
    (left,) = ours()
    (keeper,) = [pid for pid, command in descendants(victim.pid) if ".container" in command]
    os.kill(keeper, signal.SIGKILL)
    victim.kill()
    victim.wait()
    assert ours() == [left]
    with databases.start(Config(database="container")):
        assert left not in ours()
    assert ours() == []


@pytest.mark.usefixtures("_engine")
def test_a_container_of_a_run_that_lives_stays_when_another_begins(
    victim: "subprocess.Popen[str]",
) -> None:
    (theirs,) = ours()
    with databases.start(Config(database="container")):
        assert theirs in ours()
    assert ours() == [theirs]


@pytest.mark.usefixtures("_engine")
def test_a_kept_container_stays_until_it_is_removed_as_it_says() -> None:
    with databases.start(Config(database="container", keep=True)) as server:
        pass
    with databases.connect(server.dsn) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    (remove,) = [note for note in server.notes if note.startswith("to remove it: docker ")]
    docker(*remove.removeprefix("to remove it: docker ").split())
    with pytest.raises(DatabaseUnavailable):
        databases.connect(server.dsn)


@pytest.mark.usefixtures("_engine")
def test_an_image_that_is_nowhere_is_told_soon() -> None:
    told = refusal(Config(database="container", image="localhost:1/nothing/here:1"))
    assert told.startswith("running localhost:1/nothing/here:1 in a container\n")
    assert "the image is not on this machine and cannot be pulled" in told
    assert "docker pull localhost:1/nothing/here:1" in told


@pytest.mark.usefixtures("_engine")
def test_a_container_that_ends_at_once_shows_its_log() -> None:
    docker("build", "--quiet", "--tag", "schemaverify/ends", "-", stdin=ENDS)
    try:
        told = refusal(Config(database="container", image="schemaverify/ends"))
    finally:
        docker("rmi", "--force", "schemaverify/ends")
    assert "it ended at once; its log ends with:" in told
    assert "no room for a cluster" in told
    assert ours() == []


@pytest.mark.usefixtures("_engine")
def test_ports_that_are_taken_are_told_soon() -> None:
    with databases.start(Config(database="container")) as server, ExitStack() as taken:
        port = int(str(conninfo.conninfo_to_dict(server.dsn)["port"]))
        for next_one in range(port + 1, port + 1 + TRIED_PORTS):
            with suppress(OSError):  # somebody else has it
                taken.enter_context(socket.create_server(("0.0.0.0", next_one)))
        told = refusal(Config(database="container"))
        assert len(ours()) == 1
    assert "the ports that the engine has tried are taken: " in told
    assert "`ss -ltnp` shows who has them" in told


def test_an_engine_that_is_not_there_is_told_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("testcontainers")
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere.sock")
    told = refusal(Config(database="container"))
    assert "no container engine answers" in told
    assert "set DOCKER_HOST" in told


def test_an_engine_that_is_silent_is_told_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("testcontainers")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{silent.getsockname()[1]}")
        assert "no container engine answers" in refusal(Config(database="container"))


def test_without_testcontainers_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [p for p in sys.path if not p.endswith("site-packages")])
    monkeypatch.delitem(sys.modules, "testcontainers", raising=False)
    told = refusal(Config(database="container"))
    assert "pip install 'pytest-schemaverify[container]'" in told
