"""The exit code of a run, from the errors that its reports tell of; README.md has the table."""

from collections.abc import Iterable

import pytest

from pytest_schemaverify.errors import SchemaVerifyError, exit_code

CODE = pytest.StashKey[int]()
"""Of a collector: the exit code of what keeps it from collecting."""


def failed(error: SchemaVerifyError) -> BaseException:
    """Return what fails a test of the user's that cannot have its database."""
    told = pytest.fail.Exception(str(error), pytrace=False)
    # pytest makes the report, and has only the exception for that; the hook for reports takes the
    # code from it.
    told.schema_code = error.code  # type: ignore[attr-defined]
    return told


class Codes:
    """Hears of everything that failed, in the process that reports.

    pytest itself has the codes 0 to 5, and pytest-xdist 1 for whatever its workers cannot collect:
    https://docs.pytest.org/en/stable/reference/exit-codes.html
    """

    def __init__(self) -> None:
        self.codes: set[int] = set()
        self.uncollected: dict[str, int] = {}
        """The exit codes that collecting asks for, by the ids of what could not be collected."""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what a failure means; that of a test of the user's is like a wrong schema."""
        if report.failed:
            self.codes.add(getattr(report, "schema_code", 1))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what could not be collected."""
        if report.failed:
            self.uncollected[report.nodeid] = getattr(report, "schema_code", 1)
            self.codes.add(self.uncollected[report.nodeid])

    def not_found(self, ids: Iterable[str]) -> int:
        """Return the exit code of a run whose arguments name items that are not there.

        Those of a file of expectations that cannot be read are not what is wrong.
        """
        files = [name for name, sign, _ in (one.partition("::") for one in ids) if sign]
        # 1 is that of files of tests, for which the code of pytest holds.
        codes = {self.uncollected.get(file, 4) for file in files} - {1}
        return exit_code(codes or {4})

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Give the run its code, unless somebody has broken it off."""
        code = exit_code(self.codes)
        # pytest interrupts a run by itself, too: when something could not be collected.
        ended = exitstatus == pytest.ExitCode.INTERRUPTED and bool(self.uncollected)
        if code not in (0, 1) and (exitstatus == pytest.ExitCode.TESTS_FAILED or ended):
            # What pytest returns in the end is this attribute; the argument is a copy.
            session.exitstatus = code
