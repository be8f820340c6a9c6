"""The end of a run on the terminal."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from pytest_schemaverify.plugin import internals
from pytest_schemaverify.rehearsal.progress import Line
from pytest_schemaverify.reports import Tally, causes, summary
from pytest_schemaverify.reports.header import header
from pytest_schemaverify.verification.verification import Verification


def line(config: pytest.Config) -> Line:
    """Return what shows progress on the terminal; where there is none, it shows nothing."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not reporter.isatty:
        return Line()
    return Line(lambda text: reporter.write(text, flush=True), internals.width(config))


class Terminal:
    """Counts expectations by category and prints the table."""

    def __init__(self, verifications: Mapping[Path, Verification]) -> None:
        self.verifications = verifications
        self.tallies: dict[str, Tally] = {}
        self.warnings: list[str] = []
        self.reasons: Counter[str] = Counter()
        """Why expectations were skipped."""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a report."""
        category = getattr(report, "schema_category", None)
        # Of the three reports of an item that passes one counts.
        if category is not None and (report.when == "call" or report.outcome != "passed"):
            outcome = _outcome(report)
            if outcome == "warned":
                self.warnings.append(report.schema_warning)
            self.tallies.setdefault(category, Tally()).count(outcome, report.duration)
            if report.skipped and isinstance(report.longrepr, tuple):
                self.reasons[report.longrepr[2].removeprefix(internals.SKIPPED)] += 1

    # Quoted, because pytest exports the class from 8.4 on only.
    def pytest_terminal_summary(
        self, terminalreporter: "pytest.TerminalReporter", config: pytest.Config
    ) -> None:
        """Print which database was verified, and the table."""
        shown = [one for one in self.verifications.values() if self.tallies or one.database.stays]
        if not shown:
            return
        terminalreporter.section("schema verification", sep="-")
        for verification in shown:
            for line in header(verification):
                terminalreporter.line(line)
        for warning in self.warnings[:_MOST]:
            terminalreporter.line(f"  {warning}", yellow=True)
        if len(self.warnings) > _MOST:
            more = len(self.warnings) - _MOST
            terminalreporter.line(f"  and {more} more warnings; -rP shows them", yellow=True)
        for line in summary(self.tallies, internals.width(config)):
            terminalreporter.line(line)
        for line in causes(self.reasons):
            terminalreporter.line(line)


_MOST = 30
"""Warnings that are printed."""


def _outcome(report: pytest.TestReport) -> str:
    """Return what an expectation's report counts as."""
    # In this order, because for pytest what could not be found out has failed, and a warning has
    # passed.
    if hasattr(report, "schema_code"):
        return "undetermined"
    if getattr(report, "schema_warning", ""):
        return "warned"
    return "known" if hasattr(report, "wasxfail") and report.skipped else report.outcome
