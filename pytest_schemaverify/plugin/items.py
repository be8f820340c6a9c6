"""Expectations as items of pytest; the only place that renders a failure for pytest."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy
import pytest

from pytest_schemaverify.errors import SchemaVerifyError
from pytest_schemaverify.errors.internal_errors import internal
from pytest_schemaverify.kinds import category_of, family_of
from pytest_schemaverify.plugin import internals
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.verification.judging import of_files
from pytest_schemaverify.verification.known_findings import (
    NEVER_KNOWN,
    Known,
    KnownFindings,
    known_of,
)
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.verification import Verification

if TYPE_CHECKING:
    from pytest_schemaverify.reports.grouped import Failed


@cache
def mark_of(family: str) -> str:
    """Return the mark of a family's expectations."""
    known = family_of(family)
    return known.mark if known is not None and known.mark else family


@cache
def _marks(name: str, *, alone: bool) -> tuple[pytest.Mark, ...]:
    mark: pytest.Mark = getattr(pytest.mark, name).mark
    return (mark, pytest.mark.static.mark) if alone else (mark,)


def _next_of(result: Result) -> str:
    """Return the command of `schemaverify` that helps with a failure, or ""."""
    # What the file does not name is dropped by its fix: it is looked at before that is typed.
    if result.planned.check.startswith("unmanaged."):
        return "diff"
    from pytest_schemaverify.reports.fix_script import repairable

    return "fix" if repairable(result) else ""


class _Reported(Exception):
    """An outcome of an item: its whole text, and `brief`, the same or a part of it in one line."""

    def __init__(self, text: str, part: str = "") -> None:
        from pytest_schemaverify.reports.failure import in_a_line

        super().__init__(text)
        self.brief = in_a_line(part or text)


class ExpectationFailed(_Reported, AssertionError):
    """An expectation does not hold."""


class CouldNotTell(_Reported):
    """It cannot be found out whether an expectation holds."""

    def __init__(self, text: str, part: str = "", code: int = SchemaVerifyError.code) -> None:
        super().__init__(text, part)
        self.schema_code = code


@dataclass(slots=True)
class Shared:
    """What the items of a run have in common."""

    prepare: Callable[[Path], Verification]
    """Returns the verification of a file, which has its database or an error for it."""
    known_findings: KnownFindings | None
    """Findings that are known."""
    reported: Callable[[Result, str, Verification], dict[str, Any]] | None = None
    """Returns what reports say of the result of an item, by its id and file, where some are asked
    for."""
    hooks: dict[Path, pluggy.HookRelay] = field(default_factory=dict)
    """The hooks by file, until the end of collecting brings more conftest.py files."""
    speakers: set[str] = field(default_factory=set)
    """Ids of the items that show their file's error; the others refer to them."""
    losers: dict[tuple[Path, str], str] = field(default_factory=dict)
    """By file and cause the id of the item that shows it; the others refer to it."""
    places: dict[tuple[Path, str], tuple[str, int]] = field(default_factory=dict)
    """By file and reason the file and line of the first item that was skipped for it."""


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


class Expectation(pytest.Item):
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
    shown_at: tuple[str, int] | None = None
    """File and line that a report names, where it is not the item's own."""

    def __init__(
        self, *, planned: Planned, verification: Verification, file: str, shared: Shared,
        **node: Any,
    ) -> None:  # fmt: skip
        super().__init__(**node)
        del self.extra_keyword_matches  # a set takes 216 bytes
        self.planned = planned
        self.verification = verification
        self._shared = shared
        # `location` is computed lazily by pytest, which costs more than the whole expectation. Its
        # last part is the headline of a failure. It is not the end of the id: in that, -v would
        # turn dots into colons, and `a.b::exists` would no longer be what can be asked for.
        self.location = (planned.file or file, planned.line - 1, planned.name.replace("::", " "))
        family = planned.check.partition(".")[0]
        self._marks = _marks(mark_of(family), alone=of_files(planned.check))
        self.own_markers = [*self._marks]
        for mark in self._marks:
            self.keywords[mark.name] = mark
        self.schema_category = category_of(planned.check)

    @property
    def ihook(self) -> pluggy.HookRelay:
        """The hooks of the file: pytest would look for its conftest.py files at every use."""
        hooks = self._shared.hooks.get(self.path)
        if hooks is None:
            hooks = self._shared.hooks[self.path] = super().ihook
        return hooks

    # An expectation has no fixtures, but hooks written for test functions look at two attributes
    # about them. These and what -k asks are made where one asks, because most runs do not.

    @cached_property
    def extra_keyword_matches(self) -> set[str]:  # type: ignore[override]
        """More names for -k: none."""
        return set()

    @cached_property
    def fixturenames(self) -> list[str]:
        """The names of its fixtures: none."""
        return []

    @cached_property
    def funcargs(self) -> dict[str, Any]:
        """The values of its fixtures: none."""
        return {}

    def add_marker(self, marker: str | pytest.MarkDecorator, append: bool = True) -> None:
        """Add a mark, unless it has a failed test run again: a second try finds the same."""
        if getattr(marker, "name", marker) != "flaky":
            super().add_marker(marker, append)

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
            return {"problem": f"{self._place()}: {problem}"}

    @property
    def marked(self) -> bool:
        """Whether marks were added to this item alone, such as `skip` or `xfail`."""
        return (*self.own_markers,) != self._marks

    @property
    def marked_anywhere(self) -> bool:
        """Whether marks were added to this item, its file or a folder around it."""
        node: Any = self.parent
        while node is not None and not node.own_markers:
            node = node.parent
        return self.marked or node is not None

    def runtest(self) -> None:
        """Make the check. Raises what pytest reports; any other exception becomes CouldNotTell."""
        try:
            self._verify()
        except _Reported:
            raise
        except Exception as error:
            problem = str(internal(f"verifying {self.planned.name}", error))
            raise CouldNotTell(f"{self._place()}\n{problem}", problem) from None

    def _verify(self) -> None:
        fault = self.verification.contract.fault
        problem: object = fault
        if not of_files(self.planned.check):
            self._shared.prepare(self.path)
            problem = self.verification.database.target
        if isinstance(problem, SchemaVerifyError):
            if self.nodeid not in self._shared.speakers:
                first = "first item" if problem is fault else "first such item"
                raise self._skipped(f"there is no database, see the {first} of {self.path.name}")
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
            raise self._skipped(result.skipped)
        if result.passed:
            return
        if result.shared and (result.wrong or result.undetermined):
            stage = "" if result.undetermined else self.planned.stage
            first = self._shared.losers.setdefault(
                (self.path, f"{stage}{result.shared}"), self.nodeid
            )
            if first != self.nodeid:
                raise self._skipped(f"{result.shared}, see {first}")
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
        self.schema_warning = f"{severity}  {self._place()}: {brief(result)}"
        # JUnit has properties of a test that passes, and not what it prints.
        self.user_properties.append(("schema_warning", self.schema_warning))
        self.add_report_section("call", "schema verification", text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show an outcome without a traceback; any other exception is a bug of ours and has one."""
        if not isinstance(excinfo.value, _Reported):
            return super().repr_failure(excinfo, style)
        file = self.planned.file or self.verification.contract.name
        shown = internals.shown(excinfo, file, self.planned.line, excinfo.value.brief)
        if self.config.getoption("tbstyle", "auto") == "line":
            internals.empty(shown)  # pytest itself prints the line
        return shown

    def _skipped(self, reason: str) -> BaseException:
        """Return what skips the item.

        Items that are skipped for one reason name the line of the first: pytest makes one of them.
        """
        here = (self.planned.file, self.planned.line)
        self.shown_at = self._shared.places.setdefault((self.path, reason), here)
        return pytest.skip.Exception(masked(reason))

    def reportinfo(self) -> tuple[PathLike[str] | str, int | None, str]:
        """Point at the line of the file."""
        file, line = self.shown_at or (self.planned.file, self.planned.line)
        path = self.config.rootpath / file if file else self.path
        return path, line - 1, self.location[2]

    def _place(self) -> str:
        planned = self.planned
        file = planned.file or self.verification.contract.name
        return f"{file}:{planned.line}:{planned.column}: {planned.name}"
