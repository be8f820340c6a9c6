"""Objects as items of pytest: each is an entry of the file with all of its expectations."""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from pytest_schemaverify.kinds import category_of
from pytest_schemaverify.plugin.items import Expectation
from pytest_schemaverify.plugin.outcomes import outcome_of
from pytest_schemaverify.plugin.spec_items import (
    STATIC,
    CouldNotTell,
    ExpectationFailed,
    Outcome,
    Shared,
    SpecItem,
    marks_of,
)
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.verification.judging import of_files
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.verification import Verification


class ObjectItem(SpecItem):
    """An entry of the file, `tables.users`, with all of its expectations.

    Its report has those of its parts, which are expectations. What holds is only counted, unless
    somebody wants to know of each.
    """

    def __init__(
        self, *, members: Sequence[Planned], verification: Verification, file: str, shared: Shared,
        **node: Any,
    ) -> None:  # fmt: skip
        each = [marks_of(one) for one in {one.check: None for one in members}]
        marks = {mark.name: mark for one in each for mark in one}
        if not all(STATIC in one for one in each):  # then some of it needs a database
            marks.pop(STATIC.name, None)
        common: dict[str, Any] = {"verification": verification, "file": file, "shared": shared}
        super().__init__(planned=members[0], marks=(*marks.values(),), **common, **node)
        self._members = members
        self._common = common
        self._held: dict[str, list[float]] = {}
        """Number and seconds of the expectations that hold, by category."""
        self._parts: list[tuple[Expectation, Any, BaseException | None]] = []
        """The others, each with its report, and what it has ended with."""

    @property
    def every(self) -> Sequence[Planned]:
        """The expectations of the object."""
        return self._members

    @property
    def called(self) -> str:
        """Its name in messages."""
        return self.name

    def holds(self) -> bool:
        """Return whether all of them hold, and nobody wants to know of each."""
        self._held = {}
        return not self._shared.each and all(map(self._counted, self._members))

    def _counted(self, planned: Planned) -> bool:
        """Return whether an expectation holds, and count it if so."""
        began = time.perf_counter()
        if not self.verification.results.of(planned).passed:
            return False
        held = self._held.setdefault(category_of(planned.check), [0, 0.0])
        held[0] += 1
        held[1] += time.perf_counter() - began
        return True

    def runtest(self) -> None:
        """Make the checks. Raises what pytest reports, with every difference in its text."""
        self._held, self._parts = {}, []
        for planned in self._members:
            plainly = not self._shared.each and self._is_ready(planned)
            if not (plainly and self._counted(planned)):
                self._parts.append(self._run(planned))
        for item, report, _ in self._parts:
            self.user_properties += item.user_properties
            for _, text in report.sections:
                self.add_report_section("call", "schema verification", text)
        if (outcome := self._outcome()) is not None:
            raise outcome

    def _is_ready(self, planned: Planned) -> bool:
        one = self.verification
        there = isinstance(one.database.target, Target) or of_files(planned.check)
        return there and one.contract.fault is None

    def _run(self, planned: Planned) -> tuple[Expectation, Any, BaseException | None]:
        """Return an expectation, its report, and what it has ended with; None if it passes."""
        assert self.parent is not None
        item: Expectation = Expectation.from_parent(
            self.parent, name=planned.name, planned=planned,
            nodeid=f"{self.nodeid.partition('::')[0]}::{planned.name}", **self._common,
        )  # fmt: skip
        ending = (pytest.exit.Exception, KeyboardInterrupt)
        call = pytest.CallInfo.from_call(item.runtest, "call", reraise=ending)
        error = call.excinfo.value if call.excinfo is not None else None
        report: Any = pytest.TestReport.from_item_and_call(item, call)
        if isinstance(error, pytest.xfail.Exception):  # as pytest does it for an item of its own
            report.outcome, report.wasxfail = "skipped", error.msg
        if isinstance(error, CouldNotTell):
            report.schema_code = error.schema_code
        item.describe(report, "call")
        return item, report, error

    def _outcome(self) -> BaseException | None:
        """Return what the object ends with; None if it passes.

        A failure counts more than what holds, and that more than what is known or skipped.
        """
        failed = [one for _, report, one in self._parts if report.failed]
        if failed:
            return self._failed([one for one in failed if isinstance(one, Outcome)])
        if self._held or any(report.passed for _, report, _ in self._parts):
            return None
        ends = [one for _, _, one in self._parts]
        known = next((one for one in ends if isinstance(one, pytest.xfail.Exception)), None)
        return known or self.skipped(_reasons(ends))

    def _failed(self, failed: Sequence[Outcome]) -> Outcome:
        counts = Counter(outcome_of(report) for _, report, _ in self._parts)
        holding = int(sum(number for number, _ in self._held.values())) + counts["passed"]
        verb = "does" if len(failed) == 1 else "do"
        said = [f"{len(failed)} of {len(self._members)} expectations {verb} not hold"]
        said += [f"{holding} hold{'s' if holding == 1 else ''}"]
        said += [f"{counts[one]} {one}" for one in ("warned", "known", "skipped") if counts[one]]
        headline = f"{self.place()}: {', '.join(said)}"
        text = "\n".join((headline, *map(str, failed)))
        more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        first = next(item for item, report, _ in self._parts if report.failed)
        brief = (
            f"{first.planned.name.removeprefix(self.name).lstrip('.:')}: {failed[0].brief}{more}"
        )
        unsure = [one for one in failed if isinstance(one, CouldNotTell)]
        if len(unsure) == len(failed):
            return CouldNotTell(text, brief, unsure[0].schema_code)
        return ExpectationFailed(text, brief)

    def describe(self, report: Any, when: str) -> None:
        """Add to a report what was found of each expectation: their numbers, and their reports."""
        if when != "call" and report.outcome == "passed":
            return
        report.schema_counted, report.schema_parts = self._counts(report, when), []
        for _, part, _ in self._parts:
            # A worker of pytest-xdist sends plain values.
            plain = hasattr(self.config, "workerinput")
            hook = self.config.hook.pytest_report_to_serializable
            part = hook(config=self.config, report=part) if plain else part
            report.schema_parts.append(part)

    def _counts(self, report: Any, when: str) -> list[tuple[str, str, int, float]]:
        """Return how many expectations of a category came to an outcome, and in how many seconds.

        Of those that have a report of their own nothing is said.
        """
        if when == "call":
            return [(c, "passed", int(n), seconds) for c, (n, seconds) in self._held.items()]
        # It did not come to its expectations, as under a mark `skip`.
        found = Counter(category_of(one.check) for one in self._members)
        return [(category, outcome_of(report), number, 0.0) for category, number in found.items()]


def _reasons(ends: Sequence[BaseException | None]) -> str:
    """Return why all expectations of an object are skipped."""
    reasons = [*dict.fromkeys(str(getattr(one, "msg", "")) for one in ends)]
    more = len(reasons) - 1
    return f"{reasons[0]} (and {more} more reason{'s' if more > 1 else ''})" if more else reasons[0]
