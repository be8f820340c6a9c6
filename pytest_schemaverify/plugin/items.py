"""Expectations as items of pytest; the only place that renders a failure for pytest."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from pytest_schemaverify.errors import SchemaVerifyError
from pytest_schemaverify.errors.internal_errors import internal
from pytest_schemaverify.kinds import category_of
from pytest_schemaverify.plugin import internals
from pytest_schemaverify.plugin.spec_items import (
    CouldNotTell,
    ExpectationFailed,
    Outcome,
    SpecItem,
    marks_of,
)
from pytest_schemaverify.verification.judging import of_files
from pytest_schemaverify.verification.known_findings import NEVER_KNOWN, Known, known_of
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.result import Result

if TYPE_CHECKING:
    from pytest_schemaverify.reports.grouped import Failed


def _next_of(result: Result) -> str:
    """Return the command of `schemaverify` that helps with a failure, or ""."""
    # What the file does not name is dropped by its fix: it is looked at before that is typed.
    if result.planned.check.startswith("unmanaged."):
        return "diff"
    from pytest_schemaverify.reports.fix_script import repairable

    return "fix" if repairable(result) else ""


class Object(pytest.Collector):
    """An entry of the file, in runs that name single expectations."""

    def __init__(self, *, members: list[Planned], common: Mapping[str, Any], **node: Any) -> None:
        super().__init__(**node)
        self._members = members
        self._common = common
        self._id_of = internals.ids_in(node["parent"])

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the expectations of the entry."""
        for planned in self._members:
            name = planned.name.rpartition("::")[2]
            # Of the file, so that the id means the same in both shapes.
            nodeid = self._id_of(planned.name)
            yield Expectation.from_parent(
                self, name=name, nodeid=nodeid, planned=planned, **self._common
            )


class Expectation(SpecItem):
    """One expectation."""

    schema_found: Sequence[Known] = ()
    """All findings, for the known findings of the run."""
    schema_failed: "Failed | None" = None
    """What failed in short, for a run in which much does."""
    schema_warning = ""
    """What does not hold, in one line, where that fails nothing."""
    schema_result: Result | None = None
    """What was found, before anything that is known was left out."""
    schema_next = ""
    """The command of `schemaverify` that helps with the failure."""

    def __init__(self, *, planned: Planned, **node: Any) -> None:
        super().__init__(planned=planned, marks=marks_of(planned.check), **node)
        self.schema_category = category_of(planned.check)

    def holds(self) -> bool:
        """Return whether it holds."""
        return self.verification.results.of(self.planned).passed

    def describe(self, report: Any, when: str) -> None:
        """Add category and findings to a report."""
        report.schema_category = self.schema_category
        if when == "call" or report.outcome != "passed":
            report.schema_reported = self.reported
        if when != "call":
            return
        report.schema_warning, report.schema_next = self.schema_warning, self.schema_next
        # Plain tuples: pytest-xdist sends reports by execnet, which knows no classes.
        if report.failed and self.schema_failed:
            *rest, told, untold = self.schema_failed
            report.schema_failed = (*rest, [tuple(one) for one in told], untold)
        report.schema_found = [tuple(one) for one in self.schema_found]

    @property
    def reported(self) -> dict[str, Any] | None:
        """What reports say of it, None where none is asked for; plain values, for other processes.

        Before it was verified, that is nothing but what the file says. Where reporting it breaks,
        it is a `problem` alone: the text of the error with its place.
        """
        if self._shared.reported is None:
            return None
        result = self.schema_result or Result(self.planned)
        try:
            return self._shared.reported(result, self.nodeid, self.verification)
        except Exception as error:
            problem = internal(f"reporting {self.planned.name}", error)
            return {"problem": f"{self.place()}: {problem}"}

    def runtest(self) -> None:
        """Make the check. Raises what pytest reports; any other exception becomes CouldNotTell."""
        try:
            self._verify()
        except Outcome:
            raise
        except Exception as error:
            problem = str(internal(f"verifying {self.planned.name}", error))
            raise CouldNotTell(f"{self.place()}\n{problem}", problem) from None

    def _verify(self) -> None:
        fault = self.verification.contract.fault
        problem: object = fault
        if not of_files(self.planned.check):
            self._shared.prepare(self.path)
            problem = self.verification.database.target
        if isinstance(problem, SchemaVerifyError):
            if self.nodeid not in self._shared.speakers:
                first = "first item" if problem is fault else "first such item"
                raise self.skipped(f"there is no database, see the {first} of {self.path.name}")
            raise CouldNotTell(str(problem), code=problem.code)
        result = self.schema_result = self.verification.results.of(self.planned)
        self._tell(self._without_known(result))

    def _without_known(self, result: Result) -> Result:
        """Return the result without the known findings of the run."""
        known = self._shared.known_findings
        if known is None or result.known or not result.findings:
            return result
        if self.planned.check in NEVER_KNOWN:
            return result
        found = self.verification.results.found(self.planned)
        self.schema_found = known_of(self.nodeid, found.findings)
        return known.applied(result, self.nodeid) if self.schema_found else result

    def _tell(self, result: Result) -> None:
        """Raise the exception that stands for a result; none for one that passes or only warns."""
        if result.skipped:
            raise self.skipped(result.skipped)
        if result.passed:
            return
        if result.shared and (result.wrong or result.undetermined):
            stage = "" if result.undetermined else self.planned.stage
            first = self._shared.losers.setdefault(
                (self.path, f"{stage}{result.shared}"), self.nodeid
            )
            if first != self.nodeid:
                raise self.skipped(f"{result.shared}, see {first}")
        # Nothing that holds waits for what makes texts.
        from pytest_schemaverify.reports.failure import brief, failure
        from pytest_schemaverify.reports.grouped import failed

        text = failure(result, self.verification.contract.name)
        self.schema_failed = failed(result, self.verification.contract.name)
        if result.undetermined and not result.wrong:
            raise CouldNotTell(text, brief(result), result.code)
        # With --runxfail pytest takes this exception for a failure, and shows nothing but its
        # reason.
        if result.known and not self.config.getoption("--runxfail", False):
            raise pytest.xfail.Exception(f"{result.known} ({brief(result)})")
        if not result.warning:
            self.schema_next = _next_of(result)
            raise ExpectationFailed(text, brief(result))
        severity = self.planned.under.severity
        self.schema_warning = f"{severity}  {self.place()}: {brief(result)}"
        # JUnit has properties of a test that passes, and not what it prints.
        self.user_properties.append(("schema_warning", self.schema_warning))
        self.add_report_section("call", "schema verification", text)
