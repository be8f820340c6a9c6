"""Servers of each provider, and victims for what may go wrong."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.errors import DatabaseUnavailable
from pytest_schemaverify.settings.config import Config

NUMBERS = count(1)

REQUIRED = os.environ.get("SCHEMAVERIFY_CONTAINERS") == "required"
"""Whether an engine is known to run: a test that finds none then hides that nothing was tried."""

NO_CONTAINERS = (
    ()
    if REQUIRED
    else ("no container engine answers", "testcontainers is not installed", "be pulled")
)
"""What is said on a machine where no container can be tried, and tests of them may be skipped."""


@pytest.fixture(scope="session")
def embedded() -> Iterator[Server]:
    """A running server of the provider that is always there."""
    with databases.start(Config(database="embedded")) as server:
        yield server


@contextmanager
def started(pytestconfig: pytest.Config, provider: str, existing: str = "") -> Iterator[Server]:
    """Run a provider's server; skip the test if there can be none on this machine."""
    programs = pytestconfig.getoption("test_bin_dir") if provider == "local" else ""
    with ExitStack() as stack:
        config = Config(database=provider, server=existing, bin_dir=programs)
        try:
            server = stack.enter_context(databases.start(config))
        except DatabaseUnavailable as error:
            if provider == "local":
                pytest.skip(f"no PostgreSQL is installed on this machine: {error}")
            if provider == "container":
                skip_without_containers(error)
            raise
        yield server


@pytest.fixture(scope="session", params=["embedded", "local", "container", "server"])
def server(request: pytest.FixtureRequest, embedded: Server) -> Iterator[Server]:
    """A running server of each provider; the existing one is the embedded one."""
    existing = embedded.dsn if request.param == "server" else ""
    with started(request.config, request.param, existing) as server:
        yield server


def skip_without_containers(error: DatabaseUnavailable) -> None:
    """Skip a test if the error says that no container can be tried here at all."""
    if any(reason in str(error) for reason in NO_CONTAINERS):
        pytest.skip(f"containers cannot be tried on this machine: {error}")


@pytest.fixture
def name() -> str:
    """A name for a database that no other test uses."""
    return f"databases_{next(NUMBERS)}"


@pytest.fixture(scope="session")
def supabase(server: Server) -> Dsn:
    """A database like a Supabase project's, on each provider's server."""
    return databases.create(server, name="project", platform="supabase", extensions={}).dsn


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short, plain path of a folder for everything temporary, empty again at the end."""
    root = "/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp"
    folder = Path(tempfile.mkdtemp(prefix="faults-", dir=root))
    folder.chmod(0o755)
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield folder
    for pid in processes(folder):
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder)


def processes(place: Path) -> dict[int, str]:
    """Return the processes that have to do with a folder, except this one."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
        except OSError:
            continue
        if os.fsencode(place) in command and int(folder.name) != os.getpid():
            found[int(folder.name)] = os.fsdecode(command)
    return found
