"""The end of a run on the terminal."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from pytest_schemaverify.plugin import internals
from pytest_schemaverify.plugin.outcomes import outcome_of, parts
from pytest_schemaverify.rehearsal.progress import Line
from pytest_schemaverify.reports.colours import of_failure, of_line
from pytest_schemaverify.reports.header import header
from pytest_schemaverify.reports.summary import Tally, skipped, summary, took
from pytest_schemaverify.verification.verification import Verification


def line(config: pytest.Config) -> Line:
    """Return what shows progress on the terminal; where there is none, it shows nothing."""
    raw = internals.raw(config)
    if raw is None or not config.pluginmanager.hasplugin("terminalreporter"):
        return Line()
    return Line(raw, internals.width(config), column=internals.column(config))


class Terminal:
    """Counts expectations by category and prints the table."""

    def __init__(
        self, verifications: Mapping[Path, Verification], seconds: Mapping[str, float],
        config: pytest.Config, attentive: Iterable[Callable[[pytest.TestReport], None]] = (),
    ) -> None:  # fmt: skip
        self.verifications = verifications
        self.seconds = seconds
        self.config = config
        self.tallies: dict[str, Tally] = {}
        self.warnings: list[str] = []
        self.reasons: Counter[str] = Counter()
        """Why expectations were skipped."""
        self.attentive = [*attentive]
        """What gets each report of something that fails or warns."""

    # First, because some plugins print a failure at once.
    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count the expectations of a report, and have a failure coloured."""
        for category, *counted in getattr(report, "schema_counted", ()):
            self._tally(category).count(*counted)
        for part in parts(report, self.config):
            self._hear(part)
        if report.failed and hasattr(report, "schema_parts"):
            internals.paint(report, self.config, of_failure)

    def _tally(self, category: str) -> Tally:
        if category not in self.tallies:
            self.tallies[category] = Tally()
        return self.tallies[category]

    def _hear(self, report: pytest.TestReport) -> None:
        category = getattr(report, "schema_category", None)
        # Of the three reports of an item that passes one counts.
        if category is None or (report.when != "call" and report.outcome == "passed"):
            return
        outcome = outcome_of(report)
        self._tally(category).count(outcome, 1, report.duration)
        if outcome == "passed":
            return
        if outcome == "warned":
            self.warnings.append(report.schema_warning)
        if report.skipped and isinstance(report.longrepr, tuple):
            self.reasons[report.longrepr[2].removeprefix(internals.SKIPPED)] += 1
        if report.failed:
            internals.paint(report, self.config, of_failure)
        for hear in self.attentive:
            hear(report)

    # Quoted, because pytest exports the class from 8.4 on only.
    def pytest_terminal_summary(
        self, terminalreporter: "pytest.TerminalReporter", config: pytest.Config
    ) -> None:
        """Print which database was verified, and the table.

        With -qq nothing is said of what holds, and with --no-summary nothing at all, unless a
        database stays that only these lines say how to end.
        """
        verbosity, quiet = config.option.verbose, config.option.no_summary
        shown = [one for one in self.verifications.values() if self.tallies or one.database.stays]
        if verbosity < -1 and not self._wrong():
            quiet = True
        if quiet:
            shown = [one for one in shown if one.database.stays]
        if not shown:
            return
        terminalreporter.section("schema verification", sep="-")
        for verification in shown:
            lines = list(header(verification))  # which may measure something first
            verification.database.line.stop()
            for line in lines:
                terminalreporter.line(line)
        if not quiet:
            for line in self._lines(internals.width(config), verbosity):
                internals.line(config, of_line(line))

    def _wrong(self) -> bool:
        return any(one.failed or one.undetermined or one.warned for one in self.tallies.values())

    def _lines(self, width: int, verbosity: int) -> Iterator[str]:
        yield from (f"  ! {warning}" for warning in self.warnings[:_MOST])
        if len(self.warnings) > _MOST:
            yield f"  ! and {len(self.warnings) - _MOST} more warnings; -rP shows them"
        yield from summary(self.tallies, width, timed=verbosity > 0, wrong=verbosity < -1)
        yield from skipped(self.reasons, width)
        if verbosity >= 0:
            yield from took(self._seconds())

    def _seconds(self) -> dict[str, float]:
        """Return how long each part of the run took, in the order of the run."""
        found: defaultdict[str, float] = defaultdict(float, self.seconds)
        for one in self.verifications.values():
            for step, seconds in one.database.seconds.items():
                found[step] += seconds
        for category, tally in self.tallies.items():
            part = _PARTS.get(category, "checks")
            found[part] += tally.seconds
        return {part: found[part] for part in _ORDER if part in found}


_ORDER = ("files", "server start", "migrations", "database", "rehearsals", "access trials",
          "checks")  # fmt: skip
"""The parts of a run, in which its time goes."""
_PARTS = {"migrations": "rehearsals", "access": "access trials"}
"""What takes the time of these categories; that of the others are plain comparisons."""
_MOST = 30
"""Warnings that are printed."""
