"""Running an expectation that holds, without what pytest wraps around a test, and when to."""

import time
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Literal

import pytest

from pytest_schemaverify.plugin import internals
from pytest_schemaverify.plugin.spec_items import SpecItem
from pytest_schemaverify.plugin.workers import of_worker
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.verification.judging import of_files

Phase = Literal["setup", "call", "teardown"]
PHASES: tuple[Phase, ...] = ("setup", "call", "teardown")
PHASES_READ = "phases"
"""Where the controller of pytest-xdist leaves the phases that are read there."""
_OURS = "pytest_schemaverify."
_PER_ITEM = ("pytest_runtest_setup", "pytest_runtest_call", "pytest_runtest_teardown",
             "pytest_runtest_makereport")  # fmt: skip
_AROUND_ITEMS = ("pytest_runtestloop", "pytest_runtest_protocol")
_REPORTED = ("pytest_runtest_logstart", "pytest_runtest_logreport", "pytest_runtest_logfinish",
             "pytest_report_to_serializable")  # fmt: skip
_SHOW_PHASES = ("--pdb", "--trace", "--setup-show", "--setup-only", "--setup-plan")
"""Options with which pytest or a debugger shows each phase of an item."""


class FastPath:
    """Runs the expectations that hold, in a run where no plugin wants to see how that is done."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self._begun = ""
        """The file of the last item, where that took the fast path."""
        self._told: pytest.TestReport | None = None

    def ran(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run an item and return True; return False, having done nothing, for pytest to run it."""
        if not isinstance(item, SpecItem) or not _may_hold(item, nextitem):
            self._begun = ""
            return False
        # Seconds since the epoch, because reports have them as `start` and `stop`.
        start = time.time()
        # Results are kept: where pytest runs the item in its own way, no check is made twice.
        if not item.holds():
            self._begun = ""
            return False
        self._tell(item, start, time.time())
        return True

    def _tell(self, item: SpecItem, start: float, stop: float) -> None:
        """Send the reports of an expectation that holds."""
        hook, location = item.ihook, item.location
        if self.each_begins or self._begun != location[0]:
            self._begun = location[0]
            hook.pytest_runtest_logstart(nodeid=item.nodeid, location=location)
        keywords = dict.fromkeys(item.keywords, 1)
        for when in self.phases:
            began = stop if when == "teardown" else start
            ended = start if when == "setup" else stop
            report: Any = pytest.TestReport(
                internals.identity(item), location, keywords, "passed", None, when,  # type: ignore[arg-type]
                (), ended - began, began, ended, item.user_properties,
            )  # fmt: skip
            # As parameters these would make a second table of all attributes.
            item.describe(report, when)
            self._told = report if when == "call" else None
            hook.pytest_runtest_logreport(report=report)
        if self.each_ends:
            hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=location)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Return what pytest says of a test that passes, of which its plugins need not be asked."""
        return ("passed", ".", "PASSED") if report is self._told and self.plain_status else None

    @cached_property
    def plain_status(self) -> bool:
        """Whether only pytest itself has words for outcomes."""
        return self._only((internals.BUILTIN, _OURS), ("pytest_report_teststatus",))

    @cached_property
    def each_begins(self) -> bool:
        """Whether somebody has to hear of each item that begins, and not only of the first of many.

        pytest shows the name of the file before its first item, unless it has a line for each.
        """
        shown = self.config.get_verbosity(pytest.Config.VERBOSITY_TEST_CASES) > 0
        known = self._only((internals.BUILTIN, _OURS), ("pytest_runtest_logstart",))
        return shown or not known or internals.live_log(self.config)

    @cached_property
    def each_ends(self) -> bool:
        """Whether somebody has to hear of the end of an item: not of live logs, if there are none.

        Before pytest 9 its terminal counts the items there.
        """
        known = self._only((internals.LOGGING,), ("pytest_runtest_logfinish",))
        return not known or internals.live_log(self.config)

    @cached_property
    def may_be_lean(self) -> bool:
        """Whether only pytest itself looks at single phases of an item."""
        asked = any(self.config.getoption(option, False) for option in _SHOW_PHASES)
        return not asked and self._only((internals.BUILTIN, "xdist.", _OURS), _PER_ITEM)

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run the items as pytest does, but lean ones without what it wraps around each of them.

        It records warnings, explains assertions and watches the time, which a comparison of values
        has no use for and which takes a seventh of its time. Where a plugin runs the items or
        wraps them, as pytest-xdist and pytest-timeout do, pytest's way is left to it.
        """
        # Where something could not be collected, pytest's loop knows whether to go on.
        if self.config.getoption("--collect-only") or session.testsfailed or not self.may_be_lean:
            return None
        if not self._only((internals.BUILTIN, _OURS), _AROUND_ITEMS):
            return None
        self.run(session, session.items)
        return True

    def run(self, session: pytest.Session, items: Sequence[pytest.Item]) -> None:
        """Run items as pytest_runtestloop of pytest itself does, lean ones without the rest."""
        for index, item in enumerate(items):
            nextitem = items[index + 1] if index + 1 < len(items) else None
            if not (self.may_be_lean and self.ran(item, nextitem)):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=nextitem)
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
            if session.shouldstop:
                raise session.Interrupted(session.shouldstop)

    @property
    def unobserved(self) -> bool:
        """Whether no plugin and no hook of the project looks at items being run or reported."""
        hooks = (*_AROUND_ITEMS, *_REPORTED)
        return self.may_be_lean and self._only((internals.BUILTIN, *internals.XDIST, _OURS), hooks)

    @cached_property
    def phases(self) -> Sequence[Phase]:
        """The phases of an item that holds that are reported: the call, or all three if read.

        Of phases that pass pytest itself only takes the time, and only where it is asked for it.
        """
        if not self.config.pluginmanager.hasplugin("terminalreporter"):
            return self._read_by_controller
        timed = self.config.getini("console_output_style") == "times"
        if timed or self.config.getoption("--durations", None) is not None:
            return PHASES
        calls = self._only((*internals.READ_CALLS, _OURS), ("pytest_runtest_logreport",))
        names = self._only((internals.BUILTIN, _OURS), ("pytest_report_teststatus",))
        return ("call",) if calls and names else PHASES

    @property
    def _read_by_controller(self) -> Sequence[Phase]:
        """The phases that are read where the reports go; all three where that is not known."""
        shared = of_worker(self.config)
        read = (shared.taken(PHASES_READ) or b"").decode().split() if shared else []
        alone = self._only((internals.BUILTIN, *internals.XDIST, _OURS), _REPORTED)
        return [one for one in PHASES if not read or not alone or one in read]

    def _only(self, modules: tuple[str, ...], hooks: tuple[str, ...]) -> bool:
        """Return whether only modules whose names begin so implement the hooks."""
        return internals.only(self.config, modules, hooks)


def _may_hold(item: SpecItem, nextitem: pytest.Item | None) -> bool:
    """Return whether an expectation may be verified without what pytest wraps around a test.

    It may not when it is the last of its file and pytest must unwind what was set up, when a mark
    may want something, or before there is a database.
    """
    if nextitem is None or nextitem.parent is not item.parent or item.marked_anywhere:
        return False
    there = isinstance(item.verification.database.target, Target)
    return there or all(of_files(one.check) for one in item.every)
