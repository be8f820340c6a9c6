"""Gathers the record of a run in the process that reports, and writes the reports at its end."""

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import pytest

from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.errors.internal_errors import internal
from pytest_schemaverify.plugin import internals, options
from pytest_schemaverify.plugin.outcomes import outcome_of
from pytest_schemaverify.reports.formats import require_writable, write
from pytest_schemaverify.reports.record import (
    OUTCOMES,
    Problem,
    Record,
    Reported,
    problems_in,
    reported,
)
from pytest_schemaverify.reports.recording import Recording
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.settings.report_files import STANDARD_OUTPUT, ReportFile, report_files


class Reporting:
    """Notes what became of each expectation; at the end it is written into each file."""

    def __init__(self, config: pytest.Config, files: list[ReportFile]) -> None:
        self.config = config
        self.files = files
        self.recording = Recording(config.rootpath, config.stash[options.CHOSEN].report_values)
        self.began = time.time()
        self.found: dict[str, Reported] = {}
        self.problems: list[Problem] = []
        self.lines: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note an expectation; of its reports only the one counts that says what became of it."""
        said: Any = getattr(report, "schema_reported", None)
        if said is None or (report.when != "call" and report.outcome == "passed"):
            return
        outcome = outcome_of(report)
        if outcome not in OUTCOMES:  # it is run again
            return
        reason = said["reason"] or ("" if said["findings"] else self._reason(report, outcome))
        seconds = round(report.duration, 6)
        self.found[report.nodeid] = reported(
            {**said, "outcome": outcome, "seconds": seconds, "reason": reason}
        )

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file of expectations that cannot be read."""
        if report.failed and hasattr(report, "schema_code"):
            self.problems += problems_in(self.recording.sayable(report.longreprtext))

    # Innermost, so that all others have said by now what the exit code is, and pytest has not yet
    # printed its summary.
    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Any:
        """Write the files. One that cannot be written fails the run, and the others are written."""
        result = yield
        record = self._record(session)
        for file in self.files:
            try:
                write(record, file, self.config.invocation_params.dir)
                if file.path != STANDARD_OUTPUT:
                    self.lines.append(f"{file.format} report: {file.path}")
            except Exception as error:
                known = isinstance(error, ConfigError)
                problem = error if known else internal(f"writing the {file.format} report", error)
                self.lines += str(problem).splitlines()
                session.exitstatus = session.exitstatus or getattr(problem, "code", 1)
        return result

    # Quoted, because pytest exports the class from 8.4 on only.
    def pytest_terminal_summary(self, terminalreporter: "pytest.TerminalReporter") -> None:
        """Print which files were written."""
        if self.config.option.verbose > -2:
            for line in self.lines:
                terminalreporter.line(line)

    def _reason(self, report: pytest.TestReport, outcome: str) -> str:
        """Return what pytest says of an expectation that we have no result of."""
        text = report.longreprtext if outcome in ("failed", "undetermined") else ""
        if outcome == "skipped" and isinstance(report.longrepr, tuple):
            text = report.longrepr[2].removeprefix(internals.SKIPPED)
        elif outcome == "known":
            text = str(getattr(report, "wasxfail", ""))
        return self.recording.sayable(text)

    def _record(self, session: pytest.Session) -> Record:
        # pytest interrupts a run by itself where something could not be collected.
        stopped = session.exitstatus == pytest.ExitCode.INTERRUPTED and not self.problems
        return Record(
            version=version("pytest-schemaverify"),
            began=datetime.fromtimestamp(self.began, UTC).isoformat(timespec="seconds"),
            seconds=round(time.time() - self.began, 3),
            exit_code=int(session.exitstatus),
            interrupted=stopped or session.exitstatus == pytest.ExitCode.INTERNAL_ERROR,
            verified=tuple(map(self.recording.against, self._verifications())),
            problems=tuple(self.problems),
            expectations=tuple(self.found.values()),
        )

    def _verifications(self) -> Iterator[Any]:
        session = sys.modules.get("pytest_schemaverify.plugin.session")
        if session is not None and session.SESSION in self.config.stash:
            yield from self.config.stash[session.SESSION].verifications.values()


def report_into(config: pytest.Config, chosen: Config) -> None:
    """Have the run write its reports. Raises UsageError for a file that cannot be written."""
    try:
        files = report_files(chosen)
        require_writable(files, config.invocation_params.dir)
    except ConfigError as error:
        raise pytest.UsageError(str(error)) from None
    config.pluginmanager.register(Reporting(config, files))
    if STANDARD_OUTPUT in [file.path for file in files]:
        config.pluginmanager.register(TerminalAside())


class TerminalAside:
    """Has pytest's own output go to the standard error, so that a report is all that is written."""

    def __init__(self) -> None:
        # pytest and its plugins take the standard output for theirs after this, and before the
        # session starts.
        self.output = sys.stdout
        sys.stdout = sys.stderr

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Put it back, for the report and for what tests print."""
        sys.stdout = self.output
