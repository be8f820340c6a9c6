"""Known findings at the end of a run: what is stale, and the file where it is to be written."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.errors.internal_errors import internal
from pytest_schemaverify.plugin.outcomes import parts
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.verification.known_findings import Known, KnownFindings, write
from pytest_schemaverify.verification.verification import Verification

_MOST = 30
"""Stale entries that are printed."""


class Recorder:
    """Collects the findings of the run, in the process that reports."""

    def __init__(
        self,
        known: KnownFindings,
        verifications: Mapping[Path, Verification],
        config: pytest.Config,
    ) -> None:
        self.known = known
        self.verifications = verifications
        self.config = config
        self.ran: set[str] = set()
        self.found: list[Known] = []
        self.lines: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the findings of an expectation that was verified."""
        for one in parts(report, self.config):
            if one.when != "call" or not hasattr(one, "schema_category"):
                continue
            found = [Known(*known) for known in one.__dict__.get("schema_found", ())]
            if one.passed or found:
                self.ran.add(one.nodeid)
                self.found += found

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the file if the run records findings and was not interrupted."""
        try:
            self._finish(session, exitstatus)
        except Exception as error:
            self.lines = str(internal("recording the known findings", error)).splitlines()
            session.exitstatus = pytest.ExitCode.INTERNAL_ERROR

    def _finish(self, session: pytest.Session, exitstatus: int) -> None:
        stale = self.known.stale(self.ran, self._gone(), self.found)
        self.lines = list(self._lines(stale))
        done = exitstatus not in (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR)
        if self.known.recording and done and self.ran:
            try:
                write(self.known.path, self.known.rewritten(stale, self.found))
            except ConfigError as error:
                self.lines = str(error).splitlines()
                session.exitstatus = pytest.ExitCode.USAGE_ERROR

    # Quoted, because pytest exports the class from 8.4 on only.
    def pytest_terminal_summary(self, terminalreporter: "pytest.TerminalReporter") -> None:
        """Print what became of the known findings."""
        if self.lines:
            terminalreporter.section("known findings", sep="-")
            for text in self.lines:
                terminalreporter.line(text)

    def _gone(self) -> Iterator[str]:
        """Yield the items of the known findings that the files no longer have."""
        for verification in self.verifications.values():
            there = {one.name for one in verification.contract.planned}
            for one in self.known.entries.values():
                file, _, name = one.item.partition("::")
                if file == verification.contract.name and name not in there:
                    yield one.item

    def _lines(self, stale: list[Known]) -> Iterator[str]:
        name = self.known.path.name
        known = [one for one in self.found if one.identity in self.known.entries]
        if self.known.recording:
            left = len(self.known.rewritten(stale, self.found))
            new = len({one.identity for one in self.found}) - len({one.identity for one in known})
            yield f"{name}: {left} findings recorded, {new} of them new; {len(stale)} hold no more"
            if not self.known.entries:
                yield "keep it with your sources: only what is not in it fails from now on"
            return
        gone = f", {len(stale)} stale" if stale else ""
        yield f"{name}: {len(known)} finding{'' if len(known) == 1 else 's'} known{gone}"
        for one in stale[:_MOST]:
            subject = f"{one.subject}: " if one.subject else ""
            sides = masked(f"expected {one.expected}, actual {one.actual}")
            yield f"  stale  {one.item}: {subject}{sides}"
        if len(stale) > _MOST:
            yield f"  and {len(stale) - _MOST} more"
        if stale:
            # Whoever types that in a red run accepts what has just failed.
            new = len({one.identity for one in self.found} - self.known.entries.keys())
            too = f", and takes {new} new finding{'' if new == 1 else 's'} for known" if new else ""
            yield f"  --schema-baseline-update removes them{too}"
