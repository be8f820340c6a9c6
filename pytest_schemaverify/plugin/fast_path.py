"""Running an expectation that holds, without what pytest wraps around a test."""

import time
from collections.abc import Sequence
from typing import Any, Literal

import pytest

from pytest_schemaverify.plugin import internals
from pytest_schemaverify.plugin.items import Expectation
from pytest_schemaverify.rehearsal.build import Target
from pytest_schemaverify.verification.judging import of_files

Phase = Literal["setup", "call", "teardown"]
PHASES: tuple[Phase, ...] = ("setup", "call", "teardown")


def run_lean(item: Expectation, nextitem: pytest.Item | None, phases: Sequence[Phase]) -> bool:
    """Run an expectation that holds, and send the reports of these phases.

    Returns False, having reported nothing, when it has to go pytest's own way: because it does not
    hold, because it is the last of its file and pytest must unwind what was set up, or because
    a mark may want something.
    """
    if nextitem is None or nextitem.parent is not item.parent or _marked(item):
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
    keywords = {item.name: 1}
    hook.pytest_runtest_logstart(nodeid=nodeid, location=location)
    for when in phases:
        began = stop if when == "teardown" else start
        ended = start if when == "setup" else stop
        hook.pytest_runtest_logreport(
            report=pytest.TestReport(
                identity, location, keywords, "passed", None, when,  # type: ignore[arg-type]
                (), ended - began, began, ended, (), schema_category=item.schema_category,
            )
        )  # fmt: skip
    hook.pytest_runtest_logfinish(nodeid=nodeid, location=location)
    return True


def _marked(item: Expectation) -> bool:
    node: Any = item.parent
    while node is not None and not node.own_markers:
        node = node.parent
    return item.marked or node is not None
