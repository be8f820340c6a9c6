"""Gathers the record of a run in the process that reports, and writes the reports at its end."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from pytest_schemaverify.errors import ConfigError, InternalError
from pytest_schemaverify.errors.internal_errors import internal
from pytest_schemaverify.plugin import internals, options
from pytest_schemaverify.plugin.comparison import Comparison, other_run, show
from pytest_schemaverify.plugin.outcomes import outcome_of, parts
from pytest_schemaverify.plugin.sections import with_sections
from pytest_schemaverify.plugin.terminal_aside import TerminalAside
from pytest_schemaverify.reports.annotations import annotations
from pytest_schemaverify.reports.compared import Compared
from pytest_schemaverify.reports.formats import replaces, require_writable, write
from pytest_schemaverify.reports.outcomes import OUTCOMES
from pytest_schemaverify.reports.places import folder_in_repository
from pytest_schemaverify.reports.record import (
    Problem,
    Record,
    Reported,
    place_in,
    problems_in,
    reported,
)
from pytest_schemaverify.reports.recording import Recording, untold
from pytest_schemaverify.settings import paths
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.settings.report_files import (
    STANDARD_OUTPUT,
    WITH_SECTIONS,
    ReportFile,
    annotated,
    report_files,
)


class Reporting:
    """Notes what became of each expectation; at the end it is written into each file."""

    def __init__(
        self, config: pytest.Config, files: list[ReportFile], comparison: Comparison | None
    ) -> None:
        self.config = config
        self.files = files
        self.comparison = comparison
        self.changed: Compared | None = None
        self.stopped = False
        """Whether somebody has ended the run; after --maxfail failures, pytest itself notes it."""
        self.recording = Recording(config.rootpath, config.stash[options.CHOSEN].report_values)
        self.began = time.time()
        self.found: dict[str, Reported] = {}
        self.problems: list[Problem] = []
        self.lines: list[str] = []
        self.errors: list[str] = []
        """What could not be reported or written, which is printed however quiet the run is."""
        self.annotations: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the expectations of a report."""
        for part in parts(report, self.config):
            self._note(part)

    def _note(self, report: pytest.TestReport) -> None:
        """Note an expectation; of its reports only the one counts that says what became of it."""
        said: Any = getattr(report, "schema_reported", None)
        if said is None or (report.when != "call" and report.outcome == "passed"):
            return
        if "problem" in said:
            text = self.recording.sayable(said["problem"])
            # The same bug may break each of them.
            self.errors = self.errors or text.splitlines()
            self.problems.append(Problem(text, place_in(text)))
            return
        outcome = outcome_of(report)
        if outcome not in OUTCOMES:  # it is run again
            return
        reason = said["reason"] or ("" if said["findings"] else self._reason(report, outcome))
        fingerprint = said["fingerprint"]
        if outcome == "undetermined":  # also where there is no result, because of the database
            fingerprint = fingerprint or untold(report.nodeid, reason)
        self.found[report.nodeid] = reported(
            {**said, "outcome": outcome, "seconds": round(report.duration, 6), "reason": reason,
             "fingerprint": fingerprint}
        )  # fmt: skip

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file of expectations that cannot be read."""
        if report.failed and hasattr(report, "schema_code"):
            self.problems += problems_in(self.recording.sayable(report.longreprtext))

    def pytest_keyboard_interrupt(self) -> None:
        """Note that the run was ended: by a user, by pytest itself, or by a `pytest.exit`."""
        self.stopped = True

    # Innermost, so that all others have said by now what the exit code is, and pytest has not yet
    # printed its summary.
    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Any:
        """Write the files. One that cannot be written fails the run, and the others are written."""
        # Before others add reasons to fail, which are none to pass over.
        if self.comparison is not None:
            tried = f"comparing with {self.comparison.file}"
            self._attempt(session, tried, self._compare, session, self.comparison)
        result = yield
        self._attempt(session, "comparing with another run", self._require_same_files, session)
        self._attempt(session, "gathering the results for reports", self._report, session)
        return result

    def _require_same_files(self, session: pytest.Session) -> None:
        wrong = self.comparison and self.comparison.foreign(self.config, self._verifications())
        if wrong:
            self.changed, session.exitstatus = None, wrong.code
            raise wrong

    def _report(self, session: pytest.Session) -> None:
        if self.errors:
            session.exitstatus = session.exitstatus or InternalError.code
        record = replace(self._record(session), compared=self.changed)
        for file in self.files:
            self._attempt(session, f"writing the {file.format} report", self._write, record, file)
        if annotated():
            self._attempt(session, "annotating", self._annotate, record)

    def _attempt(
        self, session: pytest.Session, tried: str, do: Callable[..., None], *given: Any
    ) -> None:
        try:
            do(*given)
        except Exception as error:
            problem = error if isinstance(error, ConfigError) else internal(tried, error)
            self.errors += str(problem).splitlines()
            session.exitstatus = session.exitstatus or getattr(problem, "code", 1)

    def _write(self, record: Record, file: ReportFile) -> None:
        here = self.config.invocation_params.dir
        if why := self._why_kept(record, file, here):
            self.lines.append(f"{file.format} report: {file.path} stays as it was, because {why}")
            return
        write(record, file, here)
        if file.path != STANDARD_OUTPUT:
            self.lines.append(f"{file.format} report: {file.path}")

    def _why_kept(self, record: Record, file: ReportFile, here: Path) -> str:
        """Return why a report of another run is not replaced; "" where it is, or there is none."""
        nothing = not (record.expectations or record.problems or record.interrupted)
        if nothing and replaces(file, here):
            return "this run verified nothing"
        if self.comparison and self.comparison.keeps(paths.resolved(here / file.path), record):
            kept = "the next run compares with the same one"
            return f"this run could not find out everything: {kept}"
        return ""

    def _annotate(self, record: Record) -> None:
        self.annotations = annotations(record)

    # Quoted, because pytest exports the class from 8.4 on only.
    def pytest_terminal_summary(self, terminalreporter: "pytest.TerminalReporter") -> None:
        """Print what has changed since another run, and which files were written."""
        option = self.config.option
        quiet = option.no_summary or option.verbose < -1
        # A run of other tests alone has nothing to compare, though the ini file asks for it.
        if self.comparison is not None and (self.found or self.problems) and not quiet:
            show(self.comparison, self.changed, terminalreporter)
        for line in (*self.errors, *(self.lines if option.verbose > -2 else ())):
            terminalreporter.line(line)
        self.errors = []

    # When pytest has printed all of its own, because GitHub reads them at the start of a line only.
    def pytest_unconfigure(self) -> None:
        """Print the annotations, and the errors where no terminal has."""
        if self.errors:
            print(*self.errors, sep="\n", file=sys.stderr, flush=True)
        if self.annotations:
            to = [file.path for file in self.files]
            output = sys.stderr if STANDARD_OUTPUT in to else sys.stdout
            print("", *self.annotations, sep="\n", file=output, flush=True)

    def _reason(self, report: pytest.TestReport, outcome: str) -> str:
        """Return what pytest says of an expectation that we have no result of."""
        text = report.longreprtext if outcome in ("failed", "undetermined") else ""
        if outcome == "skipped" and isinstance(report.longrepr, tuple):
            text = report.longrepr[2].removeprefix(internals.SKIPPED)
        elif outcome == "known":
            text = str(getattr(report, "wasxfail", ""))
        return self.recording.sayable(text)

    def _record(self, session: pytest.Session, *, whole: bool = True) -> Record:
        """Return the results; sections, which take time, are in it if it is to be `whole`."""
        # pytest interrupts a run by itself where something could not be collected.
        stopped = bool(self.stopped or session.shouldfail) and not self.problems
        # Whoever stops a run does not wait.
        whole &= not stopped and any(file.format in WITH_SECTIONS for file in self.files)
        against = self.recording.against
        verified = partial(with_sections, recording=self.recording) if whole else against
        return Record(
            version=version("pytest-schemaverify"),
            began=datetime.fromtimestamp(self.began, UTC).isoformat(timespec="seconds"),
            seconds=round(time.time() - self.began, 3),
            exit_code=int(session.exitstatus),
            interrupted=stopped or session.exitstatus == pytest.ExitCode.INTERNAL_ERROR,
            verified=tuple(map(verified, self._verifications().values())),
            problems=tuple(self.problems),
            expectations=tuple(self.found.values()),
            folder=folder_in_repository(self.config.rootpath, os.environ),
        )

    def _compare(self, session: pytest.Session, comparison: Comparison) -> None:
        """Note what has changed; if the user asks for it, known failures do not fail the run."""
        record = self._record(session, whole=False)
        self.changed = comparison.of(record, self.config, self._verifications())
        if not self.config.stash[options.CHOSEN].only_new or self.changed is None:
            return
        # pytest counts whatever fails: what could not be collected or found out, tests of others,
        # and what a plugin adds.
        alone = session.testsfailed == len(record.of("failed"))
        failing = session.exitstatus == pytest.ExitCode.TESTS_FAILED
        if failing and alone and not record.interrupted and not self.changed.newly_failing:
            session.exitstatus = pytest.ExitCode.OK
            self.lines.append("nothing that fails is new, so the run ends with exit code 0")

    def _verifications(self) -> Mapping[Path, Any]:
        session = sys.modules.get("pytest_schemaverify.plugin.session")
        if session is None or session.SESSION not in self.config.stash:
            return {}
        found: Mapping[Path, Any] = self.config.stash[session.SESSION].verifications
        return found


def report_into(config: pytest.Config, chosen: Config) -> None:
    """Have the run write its reports, and compare itself with another run.

    Raises UsageError for a file that cannot be written, or is no report to compare with.
    """
    try:
        files = report_files(chosen)
        require_writable(files, config.invocation_params.dir)
        comparison = other_run(chosen, files, config)
    except ConfigError as error:
        raise pytest.UsageError(str(error)) from None
    # What is only collected has no results, and would replace those of another run.
    written = [] if config.option.collectonly else files
    config.pluginmanager.register(Reporting(config, written, comparison))
    if STANDARD_OUTPUT in [file.path for file in files]:
        config.pluginmanager.register(TerminalAside())
