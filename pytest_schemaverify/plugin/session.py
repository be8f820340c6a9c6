"""What the files of expectations of a run share: their databases, and what their items know."""

import pickle
import time
from collections.abc import Callable, Container, Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_schemaverify.databases import Servers
from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.migrations.folders import Folders
from pytest_schemaverify.plugin import options
from pytest_schemaverify.plugin.exit_codes import not_collected
from pytest_schemaverify.plugin.fast_path import PHASES_READ, FastPath
from pytest_schemaverify.plugin.grouping import Grouping, PuttingBack
from pytest_schemaverify.plugin.next_steps import NextSteps
from pytest_schemaverify.plugin.spec_items import Shared, SpecItem
from pytest_schemaverify.plugin.terminal import Terminal, line
from pytest_schemaverify.plugin.unmade import Unmade
from pytest_schemaverify.plugin.warned import Warned
from pytest_schemaverify.plugin.workers import of_worker
from pytest_schemaverify.settings.garbage_collection import keep
from pytest_schemaverify.settings.report_files import annotated
from pytest_schemaverify.verification.judging import of_files
from pytest_schemaverify.verification.known_findings import KnownFindings
from pytest_schemaverify.verification.preflight import require_variables
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.shards import part
from pytest_schemaverify.verification.verification import Verification

if TYPE_CHECKING:
    from pytest_schemaverify.plugin.workers import Exchange


class Session:
    """The verifications of a run, and the server that they share."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.chosen = config.stash[options.CHOSEN]
        self.verifications: dict[Path, Verification] = {}
        self.line = line(config)
        """Shows the step that takes long."""
        self.servers = Servers(self.chosen)
        self.folders = Folders()
        """The folders of migrations; several files of expectations may name the same."""
        known = config.stash.get(options.KNOWN_FINDINGS, None)
        self.shared = Shared(self.prepare, known, _reported(config, known))
        self.fast_path = FastPath(config)
        self.unmade = Unmade(config)
        self.left: list[str] = []
        """What is said of files that are left alone."""
        self.seconds: dict[str, float] = {"files": 0.0}
        """How long the parts of the run took, besides the items."""

    def pytest_sessionstart(self) -> None:
        """Show progress for files that were met before there was a terminal."""
        self.line = line(self.config)
        for one in self.verifications.values():
            one.database.line = self.line

    def verification(self, path: Path) -> Verification:
        """Return the verification of a file. Raises SpecError."""
        if path not in self.verifications:
            root = self.config.rootpath
            name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
            self.verifications[path] = Verification(
                path, name, self.chosen, self.line, self.folders
            )
        return self.verifications[path]

    @staticmethod
    def ours(item: pytest.Item) -> SpecItem | None:
        """Return an item if it is one of a file of expectations."""
        return item if isinstance(item, SpecItem) else None

    def leave(self, path: Path) -> None:
        """Take a file for another tool's, and have the end of the run say so."""
        name = options.name_of(path, self.config)
        self.left.append(
            f"{name} is left alone, because none of its keys is one of a file of expectations; "
            f"if it is one, name it: --schema-spec={name}"
        )

    # Quoted, because pytest exports the class from 8.4 on only.
    def pytest_terminal_summary(self, terminalreporter: "pytest.TerminalReporter") -> None:
        """Print which files were left alone."""
        for text in self.left:
            terminalreporter.line(text)

    def prepare(self, path: Path) -> Verification:
        """Return a verification that has its database or why there is none. Raises SpecError."""
        verification = self.verification(path)
        if verification.database.target is None:
            shared = of_worker(self.config)
            handed_on = shared.taken(_key(path)) if shared else None
            if handed_on is not None:
                # From the controller of this run, in a folder that only its user can write to.
                verification.database.target = pickle.loads(handed_on)
            else:
                verification.database.prepare(self.servers)
        return verification

    def begin(self, items: list[pytest.Item]) -> None:
        """Prepare the databases of the items, and choose which items show why a file has none.

        A worker of pytest-xdist comes here before the controller has them; its items ask later.
        """
        self.shared.hooks.clear()
        if items and all(isinstance(item, SpecItem) for item in items):
            self.config.add_cleanup(keep())
        # With pytest-xdist they are chosen before the items are shared out.
        if not self.shared.speakers:
            self.choose_speakers(items)
        if not hasattr(self.config, "workerinput"):
            for path, alone in _first_of_each(items):
                if not alone:
                    self.prepare(path)

    def choose_speakers(self, items: Iterable[pytest.Item]) -> None:
        """Choose which items show why a file has no database."""
        shown = set()
        for (path, _), (item, name) in _first_of_each(items).items():
            # Where the files cannot be read there is no database either: that is shown once.
            if path not in shown or item.verification.contract.fault is None:
                self.shared.speakers.add(f"{item.nodeid.partition('::')[0]}::{name}")
            shown.add(path)

    def hand_on(self, path: Path, shared: "Exchange", names: Container[str]) -> None:
        """Prepare a database for the workers if an expectation with one of these names needs it.

        They learn which reports are read in this process.
        """
        shared.leave(PHASES_READ, " ".join(self.fast_path.phases).encode())
        began = time.perf_counter()
        planned = self.verification(path).contract.planned
        self.seconds["files"] += time.perf_counter() - began
        wanting = (one for one in planned if not of_files(one.check))
        if any(one.name in names or one.object in names for one in wanting):
            self.hand_over(path, shared)

    def hand_over(self, path: Path, shared: "Exchange") -> None:
        """Prepare a database, and leave what is known of it to the worker processes."""
        if not (shared.folder / _key(path)).exists():
            target = self.prepare(path).database.target
            # Where that fails, as on a full disk, each worker has the database by itself.
            with suppress(pickle.PicklingError, RecursionError):
                shared.leave(_key(path), pickle.dumps(target, pickle.HIGHEST_PROTOCOL))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave the expectations of other shards to the jobs that have them."""
        if not self.chosen.shard:
            return
        ours = {
            id(planned)
            for verification in self.verifications.values()
            for planned in part(
                verification.contract.planned, *self.chosen.part,
                objects=self.chosen.items == "object",
            )
        }  # fmt: skip
        others = [i for i in items if isinstance(i, SpecItem) and id(i.planned) not in ours]
        if others:
            gone = set(others)
            items[:] = [item for item in items if item not in gone]
            self.config.hook.pytest_deselected(items=others)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Refuse a value for a variable that no file has, now that all of them are read."""
        if session.testsfailed or options.may_be_for_others(self.config):
            return
        known = {name for one in self.verifications.values() for name in one.contract.variables}
        try:
            require_variables(self.chosen, known)
        except ConfigError as error:
            not_collected(self.config, self.chosen.called("var"), error)

    def close(self) -> None:
        """Leave every database and stop the server."""
        self.line.stop()
        for verification in self.verifications.values():
            verification.database.close()
        self.servers.stop(keep=any(one.database.announced for one in self.verifications.values()))


def _reported(
    config: pytest.Config, known: KnownFindings | None
) -> Callable[[Result, str, Verification], dict[str, Any]] | None:
    """Return what tells reports of a result, where the run has a record of its results."""
    chosen = config.stash[options.CHOSEN]
    if not (chosen.reported or annotated()):
        return None
    from pytest_schemaverify.reports.recording import Recording  # no other run waits for it

    return Recording(config.rootpath, chosen.report_values, known).of


def _first_of_each(items: Iterable[pytest.Item]) -> dict[tuple[Path, bool], tuple[SpecItem, str]]:
    """Return the first expectation of each file, its item and name.

    Of those that need a database and of those that do not.
    """
    first: dict[tuple[Path, bool], tuple[SpecItem, str]] = {}
    for item in items:
        if isinstance(item, SpecItem):
            for planned in item.every:
                first.setdefault((item.path, of_files(planned.check)), (item, planned.name))
    return first


SESSION = pytest.StashKey[Session]()


def session_of(config: pytest.Config) -> Session:
    """Return the run's verifications. Raises ConfigError where a setting cannot be used."""
    if SESSION not in config.stash:
        options.require_usable(config)  # of the environment, for a file that was found only now
        # Made and registered only now: a run that meets no file of expectations has none of these
        # hooks.
        config.stash[SESSION] = Session(config)
        config.pluginmanager.register(config.stash[SESSION], "schemaverify-session")
        config.pluginmanager.register(config.stash[SESSION].fast_path)
        config.pluginmanager.register(config.stash[SESSION].unmade)
        verifications = config.stash[SESSION].verifications
        warned, next_steps = Warned(), NextSteps(verifications, config)
        attentive = (warned.hear, next_steps.hear)
        config.pluginmanager.register(
            Terminal(verifications, config.stash[SESSION].seconds, config, attentive)
        )
        config.pluginmanager.register(warned)
        config.pluginmanager.register(next_steps)
        grouping = Grouping()
        config.pluginmanager.register(grouping)
        config.pluginmanager.register(PuttingBack(grouping))
        known = config.stash[SESSION].shared.known_findings
        # Workers only report: the file is written by one process.
        if known is not None and not hasattr(config, "workerinput"):
            from pytest_schemaverify.plugin.known_findings import Recorder

            config.pluginmanager.register(Recorder(known, verifications, config))
        if config.stash[SESSION].chosen.update:
            from pytest_schemaverify.plugin.updating import Updater  # no other run waits for it

            config.pluginmanager.register(Updater(verifications, config))
        if _counting(config):
            from pytest_schemaverify.plugin.coverage import SchemaCoverage

            config.pluginmanager.register(
                SchemaCoverage(verifications, config.stash[SESSION].chosen)
            )
    return config.stash[SESSION]


def _counting(config: pytest.Config) -> bool:
    """Return whether this process is to say how much the files pin."""
    chosen = config.stash[options.CHOSEN]
    asked = chosen.coverage or bool(chosen.coverage_fail_under)
    return asked and not hasattr(config, "workerinput") and not config.option.collectonly


def _key(path: Path) -> str:
    # A path has slashes, and may be longer than the name of a file.
    return sha256(str(path).encode()).hexdigest()[:16]
