"""What the items of a file of expectations have in common, and what they share in a run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from os import PathLike
from pathlib import Path
from typing import Any

import pluggy
import pytest

from pytest_schemaverify.errors import SchemaVerifyError
from pytest_schemaverify.kinds import family_of
from pytest_schemaverify.plugin import internals
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.verification.judging import of_files
from pytest_schemaverify.verification.known_findings import KnownFindings
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.verification import Verification

STATIC = pytest.mark.static.mark
"""The mark of what needs no database."""


def mark_of(family: str) -> str:
    """Return the mark of a family's expectations."""
    known = family_of(family)
    return known.mark if known is not None and known.mark else family


@cache
def marks_of(check: str) -> tuple[pytest.Mark, ...]:
    """Return the marks of a check's expectations."""
    mark: pytest.Mark = getattr(pytest.mark, mark_of(check.partition(".")[0])).mark
    return (mark, STATIC) if of_files(check) else (mark,)


class Outcome(Exception):
    """What an item ends with: its text, and `brief`, the same or a part of it in one line."""

    def __init__(self, text: str, part: str = "") -> None:
        from pytest_schemaverify.reports.failure import in_a_line

        super().__init__(text)
        self.brief = in_a_line(part or text)


class ExpectationFailed(Outcome, AssertionError):
    """An expectation does not hold."""


class CouldNotTell(Outcome):
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

    @property
    def each(self) -> bool:
        """Whether somebody wants to know what became of each expectation, by its id."""
        return self.reported is not None or self.known_findings is not None


class SpecItem(pytest.Item):
    """An item of a file of expectations, at its place in that file."""

    shown_at: tuple[str, int] | None = None
    """File and line that a report names, where it is not the item's own."""

    def __init__(
        self, *, planned: Planned, marks: tuple[pytest.Mark, ...], verification: Verification,
        file: str, shared: Shared, **node: Any,
    ) -> None:  # fmt: skip
        super().__init__(**node)
        del self.extra_keyword_matches  # a set takes 216 bytes
        self.planned = planned
        """The expectation, or the first of them."""
        self.verification = verification
        self._shared = shared
        # `location` is computed lazily by pytest, which costs more than the whole expectation. Its
        # last part is the headline of a failure. It is not the end of the id: in that, -v would
        # turn dots into colons, and `a.b::exists` would no longer be what can be asked for.
        self.location = (planned.file or file, planned.line - 1, self.name.replace("::", " "))
        self._marks = marks
        self.own_markers = [*marks]
        for mark in marks:
            self.keywords[mark.name] = mark

    @property
    def every(self) -> Sequence[Planned]:
        """The expectations that it is about."""
        return (self.planned,)

    def holds(self) -> bool:
        """Return whether all of it holds, and nothing but that is asked; there is a database."""
        raise NotImplementedError

    def describe(self, report: Any, when: str) -> None:
        """Add to a report what is said of expectations beyond what pytest says of a test."""
        raise NotImplementedError

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
        """More names for -k: those of the expectations."""
        return {one.name for one in self.every}

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

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show an outcome without a traceback; any other exception is a bug of ours and has one."""
        if not isinstance(excinfo.value, Outcome):
            return super().repr_failure(excinfo, style)
        file = self.planned.file or self.verification.contract.name
        shown = internals.shown(excinfo, file, self.planned.line, excinfo.value.brief)
        if self.config.getoption("tbstyle", "auto") == "line":
            internals.empty(shown)  # pytest itself prints the line
        return shown

    def skipped(self, reason: str) -> BaseException:
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

    def place(self) -> str:
        """Return where it stands, and its name."""
        file = self.planned.file or self.verification.contract.name
        return f"{file}:{self.planned.line}:{self.planned.column}: {self.called}"

    @property
    def called(self) -> str:
        """Its name in messages."""
        return self.planned.name
