"""pytest hooks, and nothing else.

Importing this must stay cheap, because every pytest run of an environment does it: what needs a
database, YAML or pydantic is imported when the first file of expectations is met.
"""

import sys
import time
from collections.abc import Iterable, Sequence
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from pytest_schemaverify.plugin import internals, options
from pytest_schemaverify.plugin.annotating import gather
from pytest_schemaverify.plugin.distribution import Controller, stay_in_one_process, tell_controller
from pytest_schemaverify.plugin.exit_codes import CODE, Codes, told
from pytest_schemaverify.plugin.fixtures import (
    schema_as,
    schema_catalog,
    schema_connection,
    schema_database,
    schema_database_factory,
    schema_dsn,
)
from pytest_schemaverify.settings.garbage_collection import uncollected

if TYPE_CHECKING:
    from pytest_schemaverify.plugin.session import Session

# pytest looks for fixtures in the module that the entry point names, which is this one.
__all__ = [
    "schema_as", "schema_catalog", "schema_connection", "schema_database",
    "schema_database_factory", "schema_dsn",
]  # fmt: skip

_OURS = "pytest_schemaverify."


class _AsInstalled:
    """Finds our modules as Python does, so that what the installer has compiled is used.

    pytest compiles every module of a plugin's distribution once more, to rewrite assertions that
    are not there; it took half of the first run after an installation.
    """

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        """Return the spec of a module of ours, None for another."""
        return PathFinder.find_spec(name, path) if name.startswith(_OURS) else None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add an option and an ini key for each setting."""
    options.add(parser)


# Last, because files conftest.py add options, too.
@pytest.hookimpl(trylast=True)
def pytest_load_initial_conftests(parser: pytest.Parser, args: list[str]) -> None:
    """Refuse options that are almost ours before pytest repeats them with what they hold."""
    if any(one.startswith("--") for one in args):
        options.require_known(parser, args)


def pytest_configure(config: pytest.Config) -> None:
    """Read the settings, and see that files of expectations are collected beside `testpaths`."""
    chosen = options.choose(config)
    internals.hold_terminal(config)
    # In front of the importer that rewrites assertions, which pytest has put at the first place.
    sys.meta_path.insert(0, _AsInstalled)
    config.add_cleanup(lambda: sys.meta_path.remove(_AsInstalled))
    if not hasattr(config, "workerinput"):
        # Not in a worker of pytest-xdist: the exit code is that of the controller, which has all
        # reports, and writes what they say into files.
        config.pluginmanager.register(Codes(config), "schemaverify-codes")
        # Without pytest-xdist nobody calls its hooks; it may be loaded under any name.
        config.pluginmanager.register(Controller(config, _file), "schemaverify-xdist")
        gather(config, chosen)
    for mark in options.MARKS:
        config.addinivalue_line("markers", f"{mark}: expectations about {mark} (schemaverify)")
    wanted: list[Path] = []
    asked = config.args_source == config.ArgsSource.ARGS  # `pytest tests/test_one.py` is just that
    if chosen.spec and (config.option.schema_spec or not asked):
        wanted = options.named_specs(config)
    # With `testpaths` pytest does not look at the root; without, it collects these files there.
    elif config.args_source == config.ArgsSource.TESTPATHS:
        wanted = options.default_specs(config) + options.misnamed_specs(config)
    config.args += [str(path) for path in wanted if str(path) not in config.args]
    # pytest-xdist is configured last. Where each worker runs everything, that is asked for.
    if getattr(config.option, "numprocesses", None) and config.option.dist != "each":
        stay_in_one_process(config)


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main(config: pytest.Config) -> Any:
    """Return the exit code of a run that names expectations of a file that cannot be read.

    pytest then finds none of them, and calls that a mistake in the command line.
    """
    try:
        return (yield)
    except pytest.UsageError as error:
        codes = config.pluginmanager.get_plugin("schemaverify-codes")
        folder = config.invocation_params.dir
        ids = [options.name_of(folder / str(one), config) for one in config.args]
        if codes is None or (code := codes.not_found(ids)) == pytest.ExitCode.USAGE_ERROR:
            raise
        # main() of pytest prints the messages of this error, and returns 4 with them.
        for message in error.args:
            print(f"ERROR: {message}\n", file=sys.stderr)
        return code


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect files of expectations."""
    config = parent.config
    if not options.is_spec(file_path, config) and not options.is_misnamed(file_path, config):
        return None
    name = options.name_of(file_path, config)
    return SpecFile.from_parent(parent, path=file_path, nodeid=name)


class SpecFile(pytest.File):
    """A file of expectations. Seeing it costs nothing, collecting it imports what is needed."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Return one item for each expectation, in the order of the file."""
        began = time.perf_counter()
        with uncollected(), told(self):
            # First, because it says what to do where psycopg finds no libpq.
            import pytest_schemaverify.databases  # noqa: F401
            from pytest_schemaverify.plugin.collection import expectations

        yield from expectations(self)
        if (met := _met(self.config)) is not None:
            met.seconds["files"] += time.perf_counter() - began


def _file(session: pytest.Session, name: str) -> SpecFile:
    """Return the file that ids call so."""
    path = options.path_of(name, session.config)
    file: SpecFile = SpecFile.from_parent(session, path=path, nodeid=name)
    return file


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> None:
    """Refuse a folder with the name of a file of expectations: nothing would be verified."""
    if path.name == "expectations.yaml":
        parent.stash[CODE] = 2
        raise parent.CollectError(f"{path}: this is a folder; a file of expectations was meant")


def _met(config: pytest.Config) -> "Session | None":
    """Return the run's verifications, if a file of expectations was met."""
    session = sys.modules.get("pytest_schemaverify.plugin.session")
    return config.stash.get(session.SESSION, None) if session else None


# First, because pytest-xdist implements this hook, too: it tells the controller that collecting
# is over, and the controller then looks for the file.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Let the controller of pytest-xdist know what it has to do itself."""
    met = _met(session.config)
    # Expectations have no fixtures, and there may be very many.
    others = (item for item in session.items if met is None or met.ours(item) is None)
    tell_controller(session, met, wanting=any(map(_wants_database, others)))


def _wants_database(item: pytest.Item) -> bool:
    return any(name in __all__ for name in getattr(item, "fixturenames", ()))


# First, because the hook ends with the plugin that runs the items; pytest's own is one of them.
@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Prepare the databases before the first item runs."""
    met = _met(session.config)
    if met is not None and not session.config.getoption("--collect-only"):
        met.begin(session.items)


# First, because the hook ends with the first plugin that has run the item.
@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Take the fast path for expectations that hold."""
    met = _met(item.config)
    if met is None:
        return None
    if met.ours(item) is None:
        met.line.stop()  # its thread is none of their business
    if not met.fast_path.may_be_lean:
        return None
    return met.fast_path.ran(item, nextitem) or None


# A wrapper, because the hook ends with the first report, and ours is pytest's with more in it.
# First, so that it sees what other wrappers add.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Add the category, the findings and the exit code of an expectation to its report."""
    report = yield
    met = _met(item.config)
    if met is not None and hasattr(report, "nodes_files_lines"):
        # By this pytest-testmon remembers which Python files a test depends on, to leave it out
        # while they stay as they are. An expectation depends on migrations and a database.
        names = {options.name_of(path, item.config) for path in met.verifications}
        seen = report.nodes_files_lines.items()
        report.nodes_files_lines = {k: v for k, v in seen if k.partition("::")[0] not in names}
    if met is not None and (ours := met.ours(item)) is not None:
        ours.describe(report, call.when)
        if call.when == "call" and isinstance(report.longrepr, tuple) and ours.shown_at:
            # Skipped by us: pytest names the line that raises, and the user wrote another.
            file, line, _ = item.reportinfo()
            report.longrepr = (str(file), (line or 0) + 1, report.longrepr[2])
    if call.excinfo is not None and hasattr(call.excinfo.value, "schema_code"):
        report.schema_code = call.excinfo.value.schema_code
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Any:
    """Add its exit code to the report of a file of expectations that cannot be collected."""
    report = yield
    if CODE in collector.stash:
        report.schema_code = collector.stash[CODE]
    return report


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close the databases, and stop a disposable server."""
    met = _met(config)
    if met is not None:
        met.close()
