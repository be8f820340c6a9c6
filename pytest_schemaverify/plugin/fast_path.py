"""Running an expectation that holds, without what pytest wraps around a test, and when to."""

import time
from collections.abc import Sequence
from functools import cached_property
from typing import Literal

import pytest

from pytest_schemaverify.plugin import internals
from pytest_schemaverify.plugin.items import Expectation
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.verification.judging import of_files

Phase = Literal["setup", "call", "teardown"]
PHASES: tuple[Phase, ...] = ("setup", "call", "teardown")
_OURS = "pytest_schemaverify."
_XDIST = ("xdist.", "__channelexec__")
"""pytest-xdist; the second is its module of a worker, which execnet runs as a text."""
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

    def ran(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run an item and return True; return False, having done nothing, for pytest to run it."""
        return isinstance(item, Expectation) and run_lean(item, nextitem, self.phases)

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
        return self.may_be_lean and self._only((internals.BUILTIN, *_XDIST, _OURS), hooks)

    @cached_property
    def phases(self) -> Sequence[Phase]:
        """The phases of an item that holds that are reported: the call, or all three if read.

        Of phases that pass pytest itself only takes the time, and only where it is asked for it.
        """
        if not self.config.pluginmanager.hasplugin("terminalreporter"):  # who asks is not known
            return PHASES
        timed = self.config.getini("console_output_style") == "times"
        if timed or self.config.getoption("--durations", None) is not None:
            return PHASES
        calls = self._only((*internals.READ_CALLS, _OURS), ("pytest_runtest_logreport",))
        names = self._only((internals.BUILTIN, _OURS), ("pytest_report_teststatus",))
        return ("call",) if calls and names else PHASES

    def _only(self, modules: tuple[str, ...], hooks: tuple[str, ...]) -> bool:
        """Return whether only modules whose names begin so implement the hooks."""
        return all(
            getattr(implementation.function, "__module__", "").startswith(modules)
            for hook in hooks
            for implementation in getattr(self.config.hook, hook).get_hookimpls()
        )


def run_lean(item: Expectation, nextitem: pytest.Item | None, phases: Sequence[Phase]) -> bool:
    """Run an expectation that holds, and send the reports of these phases.

    Returns False, having reported nothing, when it has to go pytest's own way: because it does not
    hold, because it is the last of its file and pytest must unwind what was set up, or because
    a mark may want something.
    """
    if nextitem is None or nextitem.parent is not item.parent or item.marked_anywhere:
        return False
    verification = item.verification
    ready = isinstance(verification.database.target, Target) or of_files(item.planned.check)
    if not ready:
        return False
    # Seconds since the epoch, because reports have them as `start` and `stop`.
    start = time.time()
    # Results are kept: where pytest runs the item in its own way, no check is made twice.
    if not verification.results.of(item.planned).passed:
        return False
    stop = time.time()
    hook = item.ihook
    nodeid, location = item.nodeid, item.location
    identity = internals.identity(item)
    keywords = dict.fromkeys(item.keywords, 1)
    said = item.reported
    hook.pytest_runtest_logstart(nodeid=nodeid, location=location)
    for when in phases:
        began = stop if when == "teardown" else start
        ended = start if when == "setup" else stop
        hook.pytest_runtest_logreport(
            report=pytest.TestReport(
                identity, location, keywords, "passed", None, when,  # type: ignore[arg-type]
                (), ended - began, began, ended, item.user_properties,
                schema_category=item.schema_category, schema_reported=said,
            )
        )  # fmt: skip
    hook.pytest_runtest_logfinish(nodeid=nodeid, location=location)
    return True
