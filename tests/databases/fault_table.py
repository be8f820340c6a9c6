"""What remains after a run of pytest was ended, by what, when and where.

It is written to docs/reference/faults.md.

python -m tests.databases.fault_table            write the page
"""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest_schemaverify
from pytest_schemaverify import databases
from pytest_schemaverify.databases import orphans
from pytest_schemaverify.databases.cache_folders import cache_folder
from pytest_schemaverify.settings.config import Config
from tests.databases.conftest import processes
from tests.processes import descendants, heed_signals, lives

ROOT = Path(pytest_schemaverify.__file__).parent.parent
PAGE = ROOT / "docs" / "reference" / "faults.md"
CACHE = cache_folder().parent
STAGES = ("initdb", "packing", "start", "migrations", "checks")
COLD = STAGES[:2]
"""Those that only a run without a cache comes to."""
SOON = 30.0
"""Seconds."""

CONFTEST = """
import os, pathlib
from pytest_schemaverify.databases import server

if os.environ.get("FAULTS_ON_DISK"):  # so that only this run's files are in the folder
    server.supervised.__wrapped__.__kwdefaults__["places"] = ()

if os.environ.get("FAULTS_SHARED"):  # a server elsewhere cannot write into this folder
    from pytest_schemaverify.migrations import apply

    def applied(*arguments, original=apply._apply):
        pathlib.Path("in_migrations").touch()
        return original(*arguments)

    apply._apply = applied

def pytest_runtest_logreport(report):
    if "first" in report.nodeid and report.passed:
        pathlib.Path("in_checks").touch()
"""

EXPECTATIONS = """
migrations: {{directory: migrations}}
tables: {{users: {{}}}}
data:
  queries:
    first: {{sql: select 1, returns: 1}}
    second: {{sql: select pg_sleep({checks}), returns: ''}}
    third: {{sql: select 3, returns: 3}}
"""

MIGRATION = """
create table users (id int);
copy (select 1) to '{project}/in_migrations';
select pg_sleep({migrations});
"""


@dataclass(slots=True)
class Run:
    """A run of pytest in a project and a folder for temporary files of its own."""

    place: Path
    cache: Path
    process: "subprocess.Popen[bytes]"
    project: Path
    output: Path
    pids: list[int] = field(default_factory=list)
    """Its other processes, as they were when it was looked at."""
    segments: list[str] = field(default_factory=list)
    """The ids of its servers' memory in the kernel."""

    def reach(self, stage: str) -> None:
        """Wait until the run is where it is to be ended."""
        there: Mapping[str, Callable[[], object]] = {
            "initdb": lambda: any(list(one.glob("data/base/1/*")) for one in left(self.place)),
            "packing": lambda: any(list(one.glob("*.tar")) for one in left(self.cache)),
            "start": lambda: any((one / "data").exists() for one in left(self.place)),
            "migrations": (self.project / "in_migrations").exists,
            "checks": (self.project / "in_checks").exists,
            "end": lambda: self.process.poll() is not None,
        }
        deadline = time.monotonic() + 120
        while not there[stage]():
            if time.monotonic() > deadline or (stage != "end" and self.process.poll() is not None):
                raise AssertionError(f"{stage} was not reached:\n{self.output.read_text()}")
            time.sleep(0.002)

    def look(self) -> None:
        """See what there is, to know it again."""
        self.pids = [pid for pid, _ in descendants(self.process.pid)]
        for folder in left(self.place):
            with suppress(OSError, IndexError):
                status = (folder / "data/postmaster.pid").read_text()
                self.segments.append(status.splitlines()[6].split()[1])

    def remains(self) -> list[object]:
        """Return the processes, the files and the memory of the run that are there."""
        others = {pid: c for pid, c in processes(self.place).items() if pid != self.process.pid}
        alive = [pid for pid in self.pids if lives(pid)]
        memory = Path("/proc/sysvipc/shm").read_text().split("\n")[1:-1]
        segments = [line for line in memory if line.split()[1] in self.segments]
        return [*others.items(), *alive, *left(self.place), *left(self.cache), *segments]

    def tidy(self) -> None:
        """Remove what the next run would remove."""
        places = [self.place, *self.place.iterdir(), *self.cache.rglob("*")]
        orphans.remove([str(path) for path in places if path.is_dir()])


def left(place: Path) -> list[Path]:
    """Return what runs have made anywhere below a folder, which may be changing meanwhile.

    It is asked hundreds of times, so nobody looks into what is theirs: a cluster has 1,000 files.
    """
    found: list[Path] = []
    for folder, folders, files in os.walk(place):
        theirs = [name for name in (*folders, *files) if name.startswith("schemaverify-")]
        folders[:] = [name for name in folders if name not in theirs]
        found += [Path(folder, name) for name in theirs]
    return found


@dataclass(frozen=True, slots=True)
class Fault:
    """How a run is ended."""

    name: str
    strike: Callable[[Run], None]
    stages: Sequence[str] = STAGES
    arguments: Sequence[str] = ("-p", "no:xdist")
    goes_on: bool = False
    """Whether pytest is expected to go on to its own end."""
    unwatched: bool = False
    """Whether nobody is left to tidy up; how far they have come by then is a matter of luck."""


def the(run: Run, is_it: Callable[[str], bool]) -> int:
    """Return the id of the run's first process, parents before their children, by its command."""
    deadline = time.monotonic() + SOON
    while time.monotonic() < deadline:
        for pid, command in descendants(run.process.pid):
            if is_it(command):
                return pid
        time.sleep(0.02)
    raise AssertionError("there is no such process")


def to_pytest(*numbers: signal.Signals) -> Callable[[Run], None]:
    """Return what sends signals to pytest alone, as a terminal or a CI does."""

    def strike(run: Run) -> None:
        for number in numbers:
            with suppress(ProcessLookupError):
                run.process.send_signal(number)
            time.sleep(0.05)

    return strike


def to_supervisor(number: signal.Signals) -> Callable[[Run], None]:
    """Return what sends a signal to the process that watches over the server."""
    return lambda run: os.kill(the(run, lambda command: "/supervisor " in command), number)


def to_server(run: Run) -> None:
    """Kill the server, or the one that initdb runs."""
    os.kill(the(run, lambda command: command.split(" ")[0].endswith("/postgres")), signal.SIGKILL)


def to_group(run: Run) -> None:
    """Send what Ctrl-C sends to pytest and its workers."""
    os.killpg(run.process.pid, signal.SIGINT)


def to_a_worker(run: Run) -> None:
    """Kill the process of pytest-xdist that waits for the second query."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == run.process.pid and b"exec(eval(" in (folder / "cmdline").read_bytes():
                os.kill(int(folder.name), signal.SIGKILL)
                return
    raise AssertionError("there is no worker")


def to_all(run: Run) -> None:
    """Kill everything at once, as a machine that runs out of memory does not quite."""
    victims = [*processes(run.place), *run.pids, run.process.pid]
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in victims:
            with suppress(ProcessLookupError):
                os.kill(pid, number)


WORKERS = ("initdb", "migrations", "checks")
FAULTS = (
    Fault("SIGINT to pytest (Ctrl-C)", to_pytest(signal.SIGINT)),
    Fault("SIGINT to pytest, twice", to_pytest(signal.SIGINT, signal.SIGINT)),
    Fault("SIGTERM to pytest", to_pytest(signal.SIGTERM)),
    Fault("SIGHUP to pytest", to_pytest(signal.SIGHUP)),
    Fault("SIGKILL to pytest", to_pytest(signal.SIGKILL)),
    Fault("SIGTERM to the supervisor", to_supervisor(signal.SIGTERM), goes_on=True),
    Fault("SIGKILL to the supervisor", to_supervisor(signal.SIGKILL), goes_on=True, unwatched=True),
    Fault("SIGKILL to a worker of pytest-xdist", to_a_worker, STAGES, ("-n2",), True),
    Fault("SIGKILL to the server", to_server, goes_on=True),
    Fault("SIGKILL to all of them at once", to_all, unwatched=True),
    Fault("-n 2: SIGINT to all of pytest (Ctrl-C)", to_group, WORKERS, ("-n2",)),
    Fault("-n 2: SIGTERM to pytest", to_pytest(signal.SIGTERM), WORKERS, ("-n2",)),
    Fault("-n 2: SIGKILL to pytest", to_pytest(signal.SIGKILL), WORKERS, ("-n2",)),
    Fault(
        "-n 2: SIGKILL to the supervisor",
        to_supervisor(signal.SIGKILL),
        WORKERS,
        ("-n2",),
        goes_on=True,
        unwatched=True,
    ),
    Fault("-n 2: SIGKILL to the server", to_server, WORKERS, ("-n2",), goes_on=True),
    Fault("-n 2: SIGKILL to all of them at once", to_all, WORKERS, ("-n2",), unwatched=True),
)


def to_keeper(run: Run) -> None:
    """Kill the program that tidies up on a server or in an engine that is not ours."""
    for pid, command in descendants(run.process.pid):
        if command.endswith(("keepers.server", "keepers.container")):
            os.kill(pid, signal.SIGKILL)
            return
    raise AssertionError("there is no keeper")


def to_both(run: Run) -> None:
    """Kill pytest and that program, so that neither can act on the other's death."""
    (keeper,) = [
        pid
        for pid, command in descendants(run.process.pid)
        if command.endswith(("keepers.server", "keepers.container"))
    ]
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in (keeper, run.process.pid):
            os.kill(pid, number)


ELSEWHERE = ("migrations", "checks")
FAULTS_ELSEWHERE = (
    Fault("SIGINT to pytest (Ctrl-C)", to_pytest(signal.SIGINT), ELSEWHERE),
    Fault("SIGTERM to pytest", to_pytest(signal.SIGTERM), ELSEWHERE),
    Fault("SIGKILL to pytest", to_pytest(signal.SIGKILL), ELSEWHERE),
    Fault("SIGKILL to its keeper", to_keeper, ELSEWHERE, goes_on=True, unwatched=True),
    Fault("SIGKILL to both at once", to_both, ELSEWHERE, unwatched=True),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run happens."""

    name: str
    folder: str = ""
    """Name of the folder for temporary files."""
    environ: Mapping[str, str] = field(default_factory=dict)
    prefix: Sequence[str] = ()
    unprivileged: bool = False
    on_disk: bool = True
    twice: bool = False
    told: str = ""
    """What a run says that cannot go on."""


PLAIN = Place("an ordinary folder")


def _mounted(*mounts: str) -> Sequence[str]:
    script = " && ".join([*(f"mount -t tmpfs -o {mount}" for mount in mounts), 'exec "$@"'])
    return ("unshare", "-m", "sh", "-c", script, "sh")


PLACES = (
    PLAIN,
    Place("spaces, quotes and letters beyond ASCII in its path", "größe, 'quoted' \"twice\""),
    Place("a user without privileges, who can write neither home nor cache", unprivileged=True),
    Place("/dev/shm of 1 MB", on_disk=False, prefix=_mounted("size=1m tmpfs /dev/shm")),
    Place(
        "a full disk (8 MB) and /dev/shm of 1 MB",
        on_disk=False,
        prefix=_mounted("size=1m tmpfs /dev/shm", 'size=8m,mode=1777 tmpfs "$TMPDIR"'),
        told="No space left on device",
    ),
    Place("two runs at once in one project, the other one is killed", twice=True),
)


def everybodys_python() -> str:
    """Return a Python of this version that a user without privileges may run, or ''."""
    same_version = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    plugin = str(ROOT / "pytest_schemaverify" / "plugin.py")
    for candidate in (sys.executable, same_version):
        reads = ["/bin/sh", "-c", 'test -r "$1" && "$0" -c pass', candidate, plugin]
        if (
            subprocess.run(
                reads, user=65534, group=65534, capture_output=True, check=False
            ).returncode
            == 0
        ):
            return candidate
    return ""


@contextmanager
def _top() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="faults-", dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def _write(project: Path, expectations: str, migration: str) -> None:
    (project / "migrations").mkdir(parents=True)
    (project / "conftest.py").write_text(CONFTEST)
    (project / "expectations.yaml").write_text(expectations)
    (project / "migrations/001_users.sql").write_text(migration)
    project.chmod(0o777)


@contextmanager
def started(
    fault: Fault,
    place: Place,
    stage: str,
    *,
    checks: float = 30,
    migrations: float = 0,
    shared: bool = False,
    beside: Run | None = None,
) -> Iterator[Run]:
    """Start pytest; at the end nothing of it is left, whatever the outcome.

    `beside` is another run, whose project and folder for temporary files it has as well.
    """
    with ExitStack() as stack:
        top = beside.place.parent if beside else stack.enter_context(_top())
        temporary, project = top / "tmp" / place.folder, top / "project"
        if not beside:
            temporary.mkdir(parents=True)
            temporary.chmod(0o1777)
            text = MIGRATION.format(project=project, migrations=migrations)
            if shared:
                text = re.sub("(?m)^copy .*$", "", text)
            _write(project, EXPECTATIONS.format(checks=checks), text)
        name = "second" if beside else "first"
        output = stack.enter_context((top / name).open("wb"))
        modules = [str(ROOT), *(path for path in sys.path if path.endswith("site-packages"))]
        environ = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "PG"))},
            **place.environ,
            "PYTHONPATH": os.pathsep.join(modules),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": str(temporary),
            "XDG_CACHE_HOME": str(top / "cache" if stage in COLD else CACHE),
        }
        if place.on_disk:
            environ["FAULTS_ON_DISK"] = "1"
        if shared:
            environ["FAULTS_SHARED"] = "1"
        user: dict[str, int] = {}
        if place.unprivileged:
            environ |= {"HOME": "/nonexistent", "XDG_CACHE_HOME": "/nonexistent"}
            user = {"user": 65534, "group": 65534}
        python = everybodys_python() if place.unprivileged else sys.executable
        command = [python, "-m", "pytest", "-p", "no:cacheprovider", *fault.arguments]
        process = subprocess.Popen(
            [*place.prefix, *command, "--basetemp", str(top / f"{name}_base"), "expectations.yaml"],
            cwd=project, env=environ, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True, **user,  # type: ignore[call-overload]
        )  # fmt: skip
        run = Run(top / "tmp", top / "cache", process, project, top / name)
        try:
            yield run
        finally:
            left = [*processes(run.place), *filter(lives, run.pids)]
            for pid in [*left, *([process.pid] if process.poll() is None else [])]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait()
            orphans.remove([str(path) for path in (run.place, temporary)])


def outcome(run: Run, *, unwatched: bool = False) -> str:
    """Return what remains of a run that was ended, in words."""
    if not unwatched and _gone(run):
        return "nothing remains"
    deadline = time.monotonic() + 30
    while run.remains() and time.monotonic() < deadline:  # orphans are about to end
        run.tidy()
        time.sleep(0.1)
    return "the next run removes it" if not run.remains() else f"REMAINS: {run.remains()}"


def _gone(run: Run) -> bool:
    deadline = time.monotonic() + SOON
    while run.remains() and time.monotonic() < deadline:
        time.sleep(0.02)
    return not run.remains()


def ended(fault: Fault, stage: str) -> str:
    """Return what comes of ending a run at a stage."""
    checks = 1.0 if fault.goes_on else 300.0
    sleeping = 0.0 if stage != "migrations" else checks
    with started(fault, PLAIN, stage, checks=checks, migrations=sleeping) as run:
        run.reach(stage)
        run.look()
        fault.strike(run)
        run.process.wait(50)  # the query that it is ended in would end by itself after a minute
        return outcome(run, unwatched=fault.unwatched)


def row(fault: Fault) -> str:
    """Return the row of the first table."""
    cells = [ended(fault, stage) if stage in fault.stages else "" for stage in STAGES]
    return f"| {fault.name} | {' | '.join(cells)} |"


def place_row(place: Place) -> str:
    """Return the row of the second table."""
    quiet, killed = Fault("", lambda run: None), FAULTS[4]
    with ExitStack() as stack:
        if place.twice:
            other = stack.enter_context(started(quiet, place, "checks", checks=5))
            other.reach("checks")
            run = stack.enter_context(started(quiet, place, "checks", beside=other))
            other.process.kill()
        else:
            run = stack.enter_context(started(quiet, place, "checks", checks=0))
        code, text = run.process.wait(120), run.output.read_text(errors="replace")
        assert place.told in text, text
        assert place.told or code == 0, text
        ran = f"told: {place.told}" if place.told else "runs"
        whole = f"{ran}; {outcome(run)}"
    if place.told:
        return f"| {place.name} | {whole} | |"
    with started(killed, place, "checks") as run:
        run.reach("checks")
        killed.strike(run)
        run.process.wait(120)
        return f"| {place.name} | {whole} | {outcome(run)} |"


@dataclass(frozen=True, slots=True)
class Ground:
    """Where databases are made that is not ours."""

    name: str
    option: Callable[[ExitStack], str]
    """Has it, and returns the option that leads there."""
    config: Callable[[str], Config]
    """What the next run is told, by that option."""
    left: Callable[[str], Sequence[object]]
    """What is there that a run has made, by that option."""


def _existing(stack: ExitStack) -> str:
    server = stack.enter_context(databases.start(Config(database="embedded")))
    return f"--schema-server={server.dsn}"


def _dsn(option: str) -> str:
    return option.partition("=")[2]


def _left_on_server(option: str) -> list[object]:
    query = (
        "select datname from pg_catalog.pg_database"
        " where datname not in ('postgres', 'template0', 'template1') union all"
        " select rolname from pg_catalog.pg_roles where rolname !~ '^(pg_|postgres$)'"
    )
    with databases.connect(_dsn(option)) as connection:
        return list(connection.execute(query))


def _left_in_engine(_: str) -> list[object]:
    mine = f"label=pytest-schemaverify.host={socket.gethostname()}"
    listed = ["docker", "ps", "--all", "--quiet", "--filter", mine]
    return list(subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split())


GROUNDS = (
    Ground(
        "an existing server", _existing, lambda option: Config(server=_dsn(option)), _left_on_server
    ),
    Ground(
        "a container",
        lambda _: "--schema-database=container",
        lambda _: Config(database="container"),
        _left_in_engine,
    ),
)


def ended_elsewhere(ground: Ground, fault: Fault, stage: str) -> str:
    """Return what comes of ending a run at a stage, where neither server nor engine is ours."""
    checks = 1.0 if fault.goes_on else 300.0
    sleeping = 0.0 if stage != "migrations" else checks
    with ExitStack() as stack:
        option = ground.option(stack)
        before = ground.left(option)  # of the tests around this one, which are still running

        def there() -> list[object]:
            return [one for one in ground.left(option) if one not in before]

        meant = replace(fault, arguments=(*fault.arguments, option))
        run = stack.enter_context(
            started(meant, PLAIN, stage, checks=checks, migrations=sleeping, shared=True)
        )
        run.reach(stage)
        assert there()
        fault.strike(run)
        run.process.wait(50)
        deadline = time.monotonic() + (1 if fault.unwatched else SOON)
        while there() and time.monotonic() < deadline:
            time.sleep(0.05)
        if not there():
            return "nothing remains"
        with databases.start(ground.config(option)):
            pass
        return "the next run removes it" if not there() else f"REMAINS: {there()}"


def row_elsewhere(ground: Ground, fault: Fault) -> str:
    """Return the row of a table about databases that are made elsewhere."""
    cells = [ended_elsewhere(ground, fault, stage) for stage in fault.stages]
    return f"| {ground.name}: {fault.name} | {' | '.join(cells)} |"


HEAD = """\
# However a run ends

The disposable server, its files and its databases are gone when pytest is, and pytest need not
live to see to it: a supervisor waits for pytest's end. Where the supervisor itself is killed, the
next run removes what is left: it tells the folders of the dead from those of the living by a lock.

All tables are made by the tests, which end runs of pytest in each of these ways and look for
processes, files and shared memory. `python -m tests.databases.fault_table` writes this page, and a
test fails for a row that is no longer true.

## Ended by a signal

Without a cache, as in a user's first run, `initdb` makes the cluster, which is packed for the runs
to come. With `-n 2`, pytest is the process that controls the workers of pytest-xdist.

"""


def page() -> str:
    """Return the whole page, after some minutes."""
    lines = [f"| | {' | '.join(f'during {stage}' for stage in STAGES)} |", "| --- " * 6 + "|"]
    lines += [row(fault) for fault in FAULTS]
    lines += ["", "## In places of every kind", ""]
    lines += ["| | a whole run | SIGKILL to pytest during checks |", "| --- " * 3 + "|"]
    lines += [place_row(place) for place in PLACES]
    lines += ["", "## Where the server or the engine is not ours", ""]
    lines += ["The keeper is the process beside pytest that drops the databases, or removes the"]
    lines += ["container. What remains: databases and roles, or containers.", ""]
    lines += [f"| | {' | '.join(f'during {stage}' for stage in ELSEWHERE)} |", "| --- " * 3 + "|"]
    lines += [row_elsewhere(ground, fault) for ground in GROUNDS for fault in FAULTS_ELSEWHERE]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    heed_signals()
    PAGE.write_text(page(), encoding="utf-8")
