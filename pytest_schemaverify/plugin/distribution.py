"""What the controller of pytest-xdist and its workers do for each other, where there are any.

Every run imports this, so what it needs for files of expectations is imported when there are some.
"""

import os
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_schemaverify.plugin import options
from pytest_schemaverify.settings.garbage_collection import uncollected

if TYPE_CHECKING:
    from pytest_schemaverify.plugin.session import Session
    from pytest_schemaverify.plugin.undistributed import Undistributed
    from pytest_schemaverify.plugin.workers import Exchange

_SCHEDULERS = ("xdist.", __name__)
"""Modules with the hooks that choose a scheduler by the options of pytest-xdist alone."""
FileOf = Callable[[pytest.Session, str], pytest.File]
"""Returns the file of expectations that ids call so."""
_WANTED = "wanted"
"""The file in which a worker names the file of expectations of its fixtures."""
_NUMBER = "schemaverify_left"
"""What a worker calls the number of what it has left, in what it says at its end."""
_LEFT = "left."
"""Where a worker leaves the ids of what the controller is to run; its own name is behind this."""


def stay_in_one_process(config: pytest.Config) -> None:
    """Have pytest-xdist do as with `-n 0` for files of expectations in which nothing is tried.

    All workers together would take longer to start than this process to compare everything.
    """
    folder = config.invocation_params.dir
    names = {str(one).partition("::")[0] for one in config.args}
    paths = {Path(os.path.normpath(folder / name)) for name in names}
    if paths and all(path.is_file() and options.is_spec(path, config) for path in paths):
        with uncollected():
            from pytest_schemaverify.plugin.undistributed import nothing_is_tried

            alone = nothing_is_tried(config, paths)
        if alone:
            config.option.dist, config.option.tx, config.option.numprocesses = "no", [], 0


def tell_controller(session: pytest.Session, met: "Session | None", *, wanting: bool) -> None:
    """Let the controller know what a worker leaves to it, and which database its tests want.

    The controller learns the names of tests, but not of their fixtures.
    """
    given = getattr(session.config, "workerinput", {})
    if "schemaverify" not in given:
        return
    folder = Path(given["schemaverify"])
    if met is not None and given["schemaverify_leaves"]:
        from pytest_schemaverify.plugin.undistributed import leave
        from pytest_schemaverify.plugin.workers import Exchange

        shared = Exchange(folder, given["schemaverify_key"])
        number = leave(session, met, shared, _LEFT + given["workerid"])
        session.config.workeroutput[_NUMBER] = number  # type: ignore[attr-defined]
    path = options.first_spec(session.config, met.verifications if met else ()) if wanting else None
    if path is not None:
        said = folder / f"{_WANTED}.{os.getpid()}"
        said.write_text(str(path))
        # Renamed when it is whole, because the controller may read it at any moment.
        said.replace(said.with_name(_WANTED))


class Controller:
    """Prepares the databases in the controller of pytest-xdist, once for all of its workers.

    The workers' collection says which files of expectations there are; their first item waits
    until this is done. A worker that replaces a crashed one finds everything in place.
    """

    def __init__(self, config: pytest.Config, file_of: FileOf) -> None:
        self.config = config
        self.file_of = file_of
        self.stack = ExitStack()
        self.shared: Exchange | None = None
        self.session: pytest.Session | None = None
        self.expects = False
        """Whether workers are about to collect files of expectations."""
        self.left: dict[str, bytes] = {}
        """What each worker has left; nothing where it has not met a file of expectations."""
        self.numbers: list[int] = []
        """How many ids each worker says that it has left."""
        self.undistributed: Undistributed | None = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Give a worker the folder in which it will find the databases, and its key."""
        from pytest_schemaverify.plugin.workers import exchange

        self.shared = self.shared or self.stack.enter_context(exchange())
        node.workerinput["schemaverify"] = str(self.shared.folder)
        node.workerinput["schemaverify_key"] = self.shared.key
        node.workerinput["schemaverify_leaves"] = self._runs_items(node)

    def _runs_items(self, node: Any) -> bool:
        """Return whether expectations may stay here: each is to run once, wherever that is."""
        there = self.config.pluginmanager
        schedulers = there.hook.pytest_xdist_make_scheduler.get_hookimpls()
        return (
            self.config.option.dist != "each"
            and bool(node.gateway.spec.popen)  # on another machine there is another folder
            and there.hasplugin("terminalreporter")
            and all(one.function.__module__.startswith(_SCHEDULERS) for one in schedulers)
        )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Any:
        """Prepare what the workers need, and run what they have left behind what they have run."""
        self.session = session
        if self.shared is not None and (expected := _expected(session)):
            from pytest_schemaverify.plugin.preparing import prepare

            names = [options.name_of(path, self.config) for path in expected]
            prepare(self.config, [self.file_of(session, one) for one in names], self.shared)
            self.expects = True
        result = yield
        if self.undistributed is not None:
            self.undistributed.run()
        elif number := max(self.numbers, default=0):
            from pytest_schemaverify.plugin.undistributed import refuse_lost

            refuse_lost(self.config, number)
        return result

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """Return the usual scheduler with a better order, where files of expectations are met."""
        if not self.expects or config.option.dist != "load":
            return None
        from pytest_schemaverify.plugin.longest_first import LongestFirst

        return LongestFirst(config, log)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Note how many ids a worker has left; one that has crashed says nothing."""
        self.numbers.append(getattr(node, "workeroutput", {}).get(_NUMBER, 0))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        """Prepare them once the first worker has collected."""
        if self.shared is None:
            return
        self._hand_on(ids, self.shared)
        self._take(node.gateway.id, len(ids), self.shared)
        wanted = self.shared.folder / _WANTED
        if wanted.exists():
            from pytest_schemaverify.errors import SchemaVerifyError
            from pytest_schemaverify.plugin.session import session_of

            with suppress(SchemaVerifyError):  # the tests that want it say so
                session_of(self.config).hand_over(Path(wanted.read_text()), self.shared)

    def _hand_on(self, ids: list[str], shared: "Exchange") -> None:
        """Prepare the databases of expectations that workers run."""
        found: dict[str, set[str]] = {}
        for nodeid in ids:
            name, _, expectation = nodeid.partition("::")
            found.setdefault(name, set()).add(expectation)
        for name, expectations in found.items():
            path = options.path_of(name, self.config)
            if options.is_spec(path, self.config):
                from pytest_schemaverify.plugin.session import session_of

                session_of(self.config).hand_on(path, shared, expectations)

    def _take(self, worker: str, handed_out: int, shared: "Exchange") -> None:
        """Take what a worker has left, and refuse the run where another one has left other ids."""
        left = self.left[worker] = shared.taken(_LEFT + worker) or b""
        if self.session is None or not any(self.left.values()):
            return
        from pytest_schemaverify.plugin.undistributed import Undistributed, refuse

        if self.undistributed is None:
            file_of = partial(self.file_of, self.session)
            self.undistributed = Undistributed(left, self.session, file_of)
            self.config.pluginmanager.register(self.undistributed)
        self.undistributed.handed_out = handed_out
        first = next(iter(self.left))
        if left != self.left[first]:
            refuse(self.config, (first, self.left[first]), (worker, left))

    def pytest_unconfigure(self) -> None:
        """Remove the folder."""
        self.stack.close()


def _expected(session: pytest.Session) -> list[Path]:
    """Return the files of expectations that the workers will collect, as far as that is certain."""
    config = session.config
    asked = {options.path_of(str(one).partition("::")[0], config) for one in config.args}
    return [
        path
        for path in options.named_specs(config) or options.default_specs(config)
        if not asked.isdisjoint((path, *path.parents))
        and not session.gethookproxy(path.parent).pytest_ignore_collect(
            collection_path=path, config=config
        )
    ]
