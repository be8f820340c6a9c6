"""`--schema-update`: what the run has found goes into the files of expectations at its end."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from pytest_schemaverify.authoring.comparing.difference import Difference
from pytest_schemaverify.authoring.comparing.differences import compared
from pytest_schemaverify.authoring.comparing.failing_expectations import names_others
from pytest_schemaverify.authoring.updating.judged import Asked
from pytest_schemaverify.authoring.updating.lines import summary, told
from pytest_schemaverify.authoring.updating.update import is_about, update, write
from pytest_schemaverify.errors import SchemaVerifyError
from pytest_schemaverify.errors.internal_errors import internal
from pytest_schemaverify.plugin.outcomes import parts
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.verification import Verification


class Updater:
    """Collects the expectations that do not hold, and updates their files at the end."""

    def __init__(self, verifications: Mapping[Path, Verification], config: pytest.Config) -> None:
        self.config = config
        self.verifications = verifications
        self.failed: set[str] = set()
        """Ids of their items."""
        self.lines: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note an expectation that does not hold."""
        for one in parts(report, self.config):
            failed = one.failed and one.when == "call" and not hasattr(one, "schema_code")
            if failed and hasattr(one, "schema_category"):
                self.failed.add(one.nodeid)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Update the files, unless the run was interrupted."""
        if exitstatus in (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR):
            return
        for one in self.verifications.values():
            try:
                self.lines += self._updated(one)
            except SchemaVerifyError as error:
                self.lines += str(error).splitlines()
                session.exitstatus = error.code
            except Exception as error:
                problem = internal(f"updating {one.contract.name}", error)
                self.lines += str(problem).splitlines()
                session.exitstatus = pytest.ExitCode.INTERNAL_ERROR

    # Quoted, because pytest exports the class from 8.4 on only.
    def pytest_terminal_summary(self, terminalreporter: "pytest.TerminalReporter") -> None:
        """Print what was written, and what was not."""
        if self.lines:
            terminalreporter.section("updated expectations", sep="-")
            for line in self.lines:
                terminalreporter.line(masked(line))

    def _updated(self, one: Verification) -> Iterator[str]:
        name = one.contract.name
        wrong = [p for p in one.contract.planned if f"{name}::{p.name}" in self.failed]
        if not wrong or not isinstance(one.database.target, Target):
            return
        found = [d for d in compared(one).differences if _found(d, wrong)]
        done = update(one, found, Asked(create=True, fix=True))
        write(done.edited)
        yield f"{name}: {summary(done.judged)}"
        yield from told(done, "written")
        if done.edited.changed:
            yield "the next run verifies what is written"


def _found(difference: Difference, wrong: list[Planned]) -> bool:
    """Return whether one of the expectations that do not hold has found a difference."""
    if difference.what == "new":
        return any(
            planned.check.startswith("unmanaged.") or names_others(planned) for planned in wrong
        )
    return any(is_about(planned, difference.path) for planned in wrong)
