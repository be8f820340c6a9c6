"""The results of a run as one record of plain values, from which every report is written.

A record has no secrets, no DSN, and no values of rows unless the user asks for these: what is not
in it cannot get into a report.
"""

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from pytest_schemaverify.language.presets import CONCERNS
from pytest_schemaverify.reports.compared import Compared
from pytest_schemaverify.reports.outcomes import OUTCOMES
from pytest_schemaverify.reports.sections import Covered, Reach, Recall, Rehearsed

VERDICTS = ("holds", "does not hold", "cannot tell", "nothing was verified")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file of the project."""

    file: str
    """Its path from pytest's root folder, with slashes."""
    line: int
    """From 1."""
    column: int = 1
    """From 1."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedFinding:
    """One difference, as it may be shown."""

    subject: str
    """The object, where the expectation is about many."""
    expected: str
    actual: str
    read_as: tuple[str, str] = ("", "")
    """How the server prints `expected` and `actual`, where that is in other words."""
    cause: str = ""
    """What it has in common with others of its check."""
    hint: str = ""
    fix: str = ""
    """SQL that removes it, where statements can."""
    place: Place | None = None
    """Where it is in a migration."""
    changed: Place | None = None
    """The statement that changed the object last."""
    fingerprint: str
    """32 hexadecimal digits, which are the same in another run, also where lines have moved."""
    known: str = ""
    """Why it is accepted: the `xfail` in the file, or the reason in the known findings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """One expectation and what became of it."""

    id: str
    """Of the test item: `expectations.yaml::tables.users::exists`."""
    check: str
    """`tables.exists`, as the reference of checks lists it."""
    category: str
    concern: str
    """What the check is about: security, correctness, performance or style."""
    place: Place
    """Where it stands in the file of expectations."""
    object: str = ""
    """The entry of the file that it belongs to: `tables.users`."""
    severity: str
    preset: str = ""
    outcome: str
    seconds: float
    reason: str = ""
    """Why it was skipped, or why it could not be found out."""
    fingerprint: str = ""
    """As that of a finding, for one that could not be found out."""
    findings: tuple[ReportedFinding, ...] = ()
    recall: Recall | None = None
    """What was measured, where the expectation is about that."""
    values_left_out: bool = False
    """Whether there are values of rows in what was found, which this does not show."""

    @property
    def name(self) -> str:
        """The id without the file."""
        return self.id.partition("::")[2]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file of expectations could not be read, or something else not be done."""

    text: str
    place: Place | None = None

    @property
    def message(self) -> str:
        """The text without the place."""
        return _LOCATED.sub("", self.text, count=1).removeprefix(": ") if self.place else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """One file of expectations, and the database that it was verified against."""

    file: str
    against: str
    """Which kind of server, of which version; never how it is reached."""
    live: bool
    """Whether the database was there before, and was only read."""
    notes: tuple[str, ...] = ()
    expectations: int = 0
    """How many the file has, of which a run may have left some out."""
    access: tuple[Reach, ...] = ()
    """Who gets how far, where the file or the user asks for the matrix."""
    coverage: Mapping[str, Covered] = field(default_factory=dict)
    """How much the file says of the database, by kind of object; of everything under ""."""
    rehearsal: Rehearsed | None = None
    """What the migrations cost, where the file has a budget or the user asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The results of one run."""

    version: str
    """Of this package."""
    began: str
    """Date and time in UTC, as ISO 8601 has it."""
    seconds: float
    """How long the run took."""
    exit_code: int
    interrupted: bool = False
    verified: tuple[Verified, ...] = ()
    problems: tuple[Problem, ...] = ()
    expectations: tuple[Reported, ...] = ()
    compared: Compared | None = None
    """What has changed since another run, where the user names the report of one."""
    folder: str = ""
    """The path of pytest's root folder in the repository, with slashes; "" where it is the root,
    and where nothing says which the repository is."""

    @property
    def verdict(self) -> str:
        """One of VERDICTS, the worst that is true."""
        outcomes = {one.outcome for one in self.expectations}
        if "failed" in outcomes:
            return "does not hold"
        if "undetermined" in outcomes or self.problems or self.interrupted:
            return "cannot tell"
        if not outcomes & {"passed", "warned", "known"}:
            return "nothing was verified"
        return "holds"

    @property
    def values_left_out(self) -> bool:
        """Whether values of rows are missing somewhere."""
        return any(one.values_left_out for one in self.expectations)

    def path(self, place: Place) -> str:
        """Return the path of a file from the root of the repository; of others, the whole path."""
        return posixpath.normpath(posixpath.join(self.folder, place.file))

    def counts(self) -> dict[str, int]:
        """Return how many expectations each outcome has, in the order of OUTCOMES."""
        found = dict.fromkeys(OUTCOMES, 0)
        for one in self.expectations:
            found[one.outcome] += 1
        return found

    def of(self, *outcomes: str) -> list[Reported]:
        """Return the expectations with one of these outcomes, in the order of the run."""
        return [one for one in self.expectations if one.outcome in outcomes]


# A file has a dot or a slash, where `localhost:5432: refused` has none; a drive has a colon.
_LOCATED = re.compile(
    r"^(?P<file>(?:[A-Za-z]:(?=[\\/]))?[^\n:]*[./\\][^\n:]*?)"
    r":(?P<line>\d+)(?::(?P<column>\d+))?(?=: |$)",
    re.M,
)


def place_in(text: str) -> Place | None:
    """Return the place that a text begins with, `file:line:column`, if it does."""
    found = _LOCATED.match(text)
    return Place(found["file"], int(found["line"]), int(found["column"] or 1)) if found else None


def problems_in(text: str) -> list[Problem]:
    """Return the problems that a message lists; each begins with a place, or with the text."""
    starts = [0, *(found.start() for found in _LOCATED.finditer(text)), len(text)]
    parts = (text[start:end].strip() for start, end in pairwise(starts))
    return [Problem(part, place_in(part)) for part in parts if part]


def reported(data: Mapping[str, Any]) -> Reported:
    """Return an expectation from the plain values that `dataclasses.asdict` makes of one."""
    findings = tuple(_finding(one) for one in data["findings"])
    recall = data.get("recall")
    if recall is not None:
        recall = Recall(**{**recall, "shares": tuple(recall["shares"])})
    place = Place(**data["place"])
    return Reported(**{**data, "place": place, "findings": findings, "recall": recall})


def _finding(data: Mapping[str, Any]) -> ReportedFinding:
    places = {name: Place(**data[name]) for name in ("place", "changed") if data[name]}
    return ReportedFinding(**{**data, "read_as": tuple(data["read_as"]), **places})


def worst_first(expectations: Iterable[Reported]) -> list[Reported]:
    """Return expectations with what fails first, and of these what is about security first."""
    return sorted(
        expectations, key=lambda one: (_RANK.index(one.outcome), CONCERNS.index(one.concern))
    )


_RANK = ("failed", "undetermined", "warned", "known", "skipped", "passed")
