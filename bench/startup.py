"""What is paid once: the start of a disposable server, and the plugin that nobody uses."""

import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.compare import PYTEST
from bench.measure import command, rounds
from pytest_schemaverify import databases
from pytest_schemaverify.config import Config
from pytest_schemaverify.errors import DatabaseUnavailable

COLD = "embedded database, from nothing to the first query"
WARM = "embedded database, later runs"
UNUSED = "plugin installed and not used"


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
