"""How much of its database each file of expectations says, at the end of a run."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from pytest_schemaverify.errors.internal_errors import internal
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.verification import Verification


class SchemaCoverage:
    """Counts at the end of the run, in the process that reports, and fails it below the floor."""

    def __init__(self, verifications: Mapping[Path, Verification], chosen: Config) -> None:
        self.verifications = verifications
        self.chosen = chosen
        self.lines: list[str] = []
        self.codes: list[int] = []

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Count, and give a run that was green its code where a file says too little."""
        for one in self.verifications.values():
            try:
                self.lines += self._counted(one)
            except Exception as error:
                problem = internal(f"counting what {one.contract.name} pins", error)
                self.lines += str(problem).splitlines()
                self.codes.append(problem.code)
        if session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = max(self.codes, default=0)

    def _counted(self, one: Verification) -> Iterator[str]:
        if not isinstance(one.database.target, Target) or one.database.target.failure:
            yield f"{one.contract.name}: not known, because there is no database to compare with"
            return
        # Few runs count, and no other waits for these imports.
        from pytest_schemaverify.authoring.coverage.pinning import coverage
        from pytest_schemaverify.authoring.coverage.rendering import below, lines

        found = coverage(one.results.facts)
        yield from lines(one.contract.name, found)
        called = self.chosen.called("coverage_fail_under")
        if less := below(found.whole.percent, self.chosen.coverage_floor, called):
            self.codes.append(pytest.ExitCode.TESTS_FAILED)
            yield f"FAILED {one.contract.name}: {less}"

    @pytest.hookimpl(trylast=True)
    # Quoted, because pytest exports the class from 8.4 on only.
    def pytest_terminal_summary(self, terminalreporter: "pytest.TerminalReporter") -> None:
        """Print the table of each file."""
        if self.lines:
            terminalreporter.section("schema coverage", sep="-")
            for text in self.lines:
                terminalreporter.line(text, red=text.startswith("FAILED "))
