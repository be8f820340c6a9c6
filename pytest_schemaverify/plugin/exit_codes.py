"""The exit code of a run, from the errors in its reports.

docs/reference/exit-codes.md has the table.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest

from pytest_schemaverify.errors import SchemaVerifyError, exit_code
from pytest_schemaverify.plugin.outcomes import parts

CODE = pytest.StashKey[int]()
"""The exit code of the error that keeps a collector from collecting, in its stash."""


def failed(error: SchemaVerifyError) -> BaseException:
    """Return the exception that fails a test of the user's because its database is not there."""
    failure = pytest.fail.Exception(str(error), pytrace=False)
    # pytest makes the report, and has only the exception for that; the hook for reports takes the
    # code from it.
    failure.schema_code = error.code  # type: ignore[attr-defined]
    return failure


@contextmanager
def told(collector: pytest.Collector) -> Iterator[None]:
    """Make an error of ours in the block one of collecting, and note its exit code."""
    try:
        yield
    except SchemaVerifyError as error:
        collector.stash[CODE] = error.code
        raise collector.CollectError(str(error)) from None


def not_collected(config: pytest.Config, nodeid: str, error: SchemaVerifyError) -> None:
    """Fail the run as by something that cannot be collected, which pytest-xdist hands on."""
    report = pytest.CollectReport(nodeid, "failed", str(error), [], schema_code=error.code)
    config.hook.pytest_collectreport(report=report)


class Codes:
    """Notes the exit codes of everything that failed, in the process that reports.

    pytest itself has the codes 0 to 5, and pytest-xdist 1 for what its workers cannot collect:
    https://docs.pytest.org/en/stable/reference/exit-codes.html
    """

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.codes: set[int] = set()
        self.uncollected: dict[str, int] = {}
        """The exit codes that collecting asks for, by the ids of what could not be collected."""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the code of a failure; a failing test of the user's counts like a wrong schema."""
        if report.failed:
            failed = [one for one in parts(report, self.config) if one.failed]
            self.codes |= {getattr(one, "schema_code", 1) for one in failed or [report]}

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what could not be collected."""
        if report.failed:
            self.uncollected[report.nodeid] = getattr(report, "schema_code", 1)
            self.codes.add(self.uncollected[report.nodeid])

    def not_found(self, ids: Iterable[str]) -> int:
        """Return the exit code of a run whose arguments name items that are not there.

        Where a file of expectations cannot be read, the code is the one of that.
        """
        files = [name for name, sign, _ in (one.partition("::") for one in ids) if sign]
        # 1 is that of files of tests, for which the code of pytest holds.
        codes = {self.uncollected.get(file, 4) for file in files} - {1}
        return exit_code(codes or {4})

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Give the run its code, unless the user has interrupted it."""
        code = exit_code(self.codes)
        # pytest interrupts a run by itself, too: when something could not be collected.
        ended = exitstatus == pytest.ExitCode.INTERRUPTED and bool(self.uncollected)
        if code not in (0, 1) and (exitstatus == pytest.ExitCode.TESTS_FAILED or ended):
            # What pytest returns in the end is this attribute; the argument is a copy.
            session.exitstatus = code
