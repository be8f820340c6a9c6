"""What is paid once: the start of a disposable server, and the plugin that nobody uses."""

import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.check_files import FEW, MANY, checked
from bench.compare import PYTEST
from bench.contract import AGAIN, contract
from bench.imports import IMPORTS, imported
from bench.measure import call, command, rounds
from pytest_schemaverify import databases
from pytest_schemaverify.databases import Wish
from pytest_schemaverify.databases.server import PLAIN
from pytest_schemaverify.errors import DatabaseUnavailable
from pytest_schemaverify.settings.config import Config

COLD = "embedded database, from nothing to the first query"
WARM = "embedded database, later runs"
SCRIPTS = "from the start of a server to a database like Supabase's, made by scripts"
READY = "the same from the kept cluster"
CLONE = "a copy of a migrated database, made and dropped"
BUILT = "a whole run: Supabase's platform, 40 migrations, 41 expectations"
KEPT = "the same with --schema-cache, from the second time on"
UNUSED = "plugin installed and not used"

LIMITS = {
    COLD: 0.45, WARM: 0.1, CLONE: 0.025, KEPT: 0.7, AGAIN: 2.0, FEW: 1.0, MANY: 1.0, IMPORTS: 0.12,
}  # fmt: skip
"""Seconds that are promised."""


def once(folder: Path) -> dict[str, float]:
    """Return the median seconds of everything that does not depend on the number of tables."""
    return {
        **cold_start(folder), **platform(folder), **copies(), **runs(folder),
        **contract(folder), **checked(folder), **unused(folder), **imported(folder),
    }  # fmt: skip


def cold_start(folder: Path) -> dict[str, float]:
    """Return the median seconds until the embedded server answers, without and with its cache."""
    empty = (folder / f"cache{number}" for number in range(100))
    kept = folder / "cache"
    try:
        _first_query(kept)
    except DatabaseUnavailable as error:
        print(error, file=sys.stderr)
        return {}
    measured = {COLD: lambda: _first_query(next(empty)), WARM: lambda: _first_query(kept)}
    return {name: statistics.median(seconds) for name, seconds in rounds(measured, 5).items()}


def _first_query(cache: Path) -> float:
    with ExitStack() as stack:
        stack.enter_context(_cache_folder(cache))
        start = time.perf_counter()
        server = stack.enter_context(databases.start(Config(database="embedded")))
        connection = stack.enter_context(databases.connect(server.dsn))
        connection.execute("select 1")
        return time.perf_counter() - start


def platform(folder: Path) -> dict[str, float]:
    """Return the median seconds until there is a database like Supabase's, made and kept."""
    cache = folder / "platforms"

    def database(wish: Wish) -> float:
        with _cache_folder(cache):
            start = time.perf_counter()
            with databases.start(Config(), wish) as server:
                databases.create(server, name="one", platform="supabase", extensions={})
                return time.perf_counter() - start

    kept = Wish(platform="supabase")
    for _ in range(2):  # the first run makes the cluster, the second keeps the platform
        database(kept)
    measured = {SCRIPTS: lambda: database(PLAIN), READY: lambda: database(kept)}
    return {name: statistics.median(seconds) for name, seconds in rounds(measured, 7).items()}


@contextmanager
def _cache_folder(folder: Path) -> Iterator[None]:
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(folder)
    try:
        yield
    finally:
        del os.environ["XDG_CACHE_HOME"]
        if before is not None:
            os.environ["XDG_CACHE_HOME"] = before


def copies() -> dict[str, float]:
    """Return the median seconds that a copy takes which a test has to itself."""
    with databases.start(Config()) as server:
        databases.create(server, name="one", platform="supabase", extensions={})

        def copy() -> None:
            databases.clone(server, "one", "two")
            databases.drop(server, "two")

        times = rounds({CLONE: lambda: call(copy)}, 15)
    return {CLONE: statistics.median(times[CLONE])}


def runs(folder: Path) -> dict[str, float]:
    """Return the median seconds of a whole run of pytest, without and with a cache."""
    project = folder / "project"
    (project / "migrations").mkdir(parents=True)
    (project / "pytest.ini").write_text("[pytest]\n")
    tables = "".join(f"  t{number}: {{}}\n" for number in range(40))
    (project / "expectations.yaml").write_text(
        "database: {platform: supabase}\nmigrations: {directory: migrations}\n"
        f"tables:\n{tables}"
    )
    for number in range(40):
        text = f"create table t{number} (id bigint primary key, name text not null);\n"
        (project / f"migrations/{number:03}_table.sql").write_text(text)
    environment = {"XDG_CACHE_HOME": str(folder / "cache")}

    def run(*options: str) -> float:
        return command(
            (*PYTEST, *options), folder=project, expect=" passed", environment=environment
        )

    run("--schema-cache")
    times = rounds({BUILT: run, KEPT: lambda: run("--schema-cache")}, 5)
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def unused(folder: Path) -> dict[str, float]:
    """Return the seconds that the plugin adds to a suite that has nothing to do with it."""
    suite = folder / "unused"
    suite.mkdir()
    (suite / "pytest.ini").write_text("[pytest]\n")
    (suite / "test_nothing.py").write_text("def test_nothing():\n    pass\n")
    without = (*PYTEST, "-p", "no:schemaverify")
    times = rounds(
        {
            UNUSED: lambda: command(PYTEST, folder=suite, expect="1 passed"),
            "plugin not loaded": lambda: command(without, folder=suite, expect="1 passed"),
        },
        15,
    )
    # The fastest rounds: other programs only ever add to so short a time, and more than is sought.
    with_it, without_it = map(min, times.values())
    return {UNUSED: with_it - without_it}
