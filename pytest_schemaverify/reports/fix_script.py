"""The fixes of all failures as one script, which a person reads and runs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.reports.failure import in_a_line
from pytest_schemaverify.reports.fix_costs import COST, with_cost
from pytest_schemaverify.reports.fix_database import of_any_database
from pytest_schemaverify.reports.fix_order import alone, label, ordered
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.verification.result import Result

_NAMED = 3
"""Expectations that are named above a fix; the rest are counted."""


@dataclass(slots=True)
class Fixes:
    """What repairs the failures of a file of expectations, and what nothing repairs."""

    made_by: dict[str, list[str]] = field(default_factory=dict)
    """The fixes, each with the expectations that fail without it."""
    order: list[str] = field(default_factory=list)
    """The fixes in the order in which they are run."""
    left: list[str] = field(default_factory=list)
    """The failures without a fix."""
    untold: list[str] = field(default_factory=list)
    """The expectations of which nobody could tell."""
    hidden: int = 0
    """The expectations about objects that are not there."""
    number: int = 0
    """The failures that have a fix."""

    def refuse(self, refused: Mapping[str, str], why: str) -> None:
        """Take out fixes, each with what was said of it; a {} in the reason is the fix."""
        for fix, said in refused.items():
            places = self.made_by.pop(fix)
            self.number -= len(places)
            reason = why.format(_shortened(masked(fix)))
            reason = f"{reason}: {in_a_line(masked(said))}" if said else reason
            self.left += [f"{one}: {reason}" for one in places]
        self.order = [fix for fix in self.order if fix in self.made_by]


def _shortened(fix: str) -> str:
    first, *rest = fix.splitlines()
    return f"{first} …" if rest else first


def fixes(results: Iterable[Result], file: str) -> Fixes:
    """Return the fixes of what fails. Messages call the file by `file`."""
    found = Fixes()
    for one in results:
        planned = one.planned
        place = f"{planned.name} ({planned.file or file}:{planned.line}:{planned.column})"
        if one.undetermined:
            found.untold.append(f"{place}: {in_a_line(masked(one.undetermined))}")
        found.hidden += one.skipped.endswith(" does not exist")
        for finding in one.findings if one.wrong else ():
            if reason := _unfit(one, finding):
                found.left.append(f"{place}: {_said(finding.masked)}; {reason}")
            else:
                found.number += 1
                fix = of_any_database(finding.fix.strip())
                found.made_by.setdefault(fix, []).append(place)
    found.order = ordered(found.made_by)
    return found


def repairable(result: Result) -> bool:
    """Return whether a result has a finding with a fix that can be run."""
    return result.wrong and not all(_unfit(result, finding) for finding in result.findings)


def _unfit(result: Result, finding: Finding) -> str:
    """Return why a finding has no fix that can be run, or ""."""
    if not finding.fix.strip():
        hint = finding.masked.hint
        # One of several lines is what pytest shows, such as the statements that were tried.
        short = "" if "\n" in hint else hint
        return "; ".join(filter(None, ("no statement makes it so", short)))
    if result.planned.stage:
        return "this is about a moment before the end: change the migration"
    if finding.masked.fix != finding.fix:
        return f"the fix has a secret, which is not shown: {finding.masked.fix}"
    return ""


def _said(finding: Finding) -> str:
    subject = "".join(f"{part}: " for part in (finding.place, finding.subject) if part)
    return f"{subject}expected {in_a_line(finding.expected)}, actual {in_a_line(finding.actual)}"


def script(
    found: Fixes, head: Sequence[str], advice: Sequence[str], later: Sequence[Fixes] = ()
) -> Iterator[str]:
    """Yield the lines of the script: what it is for, what it costs, what is left, then the SQL.

    `head` says which database it was made for, and `advice` what to do with it. `later` are fixes
    of what can be judged only when the first ones are made.
    """
    yield from _comments([*head, *_counted(found, later), *(advice if found.made_by else ())])
    for title, texts in (("have no fix", found.left), ("could not be told", found.untold)):
        if texts:
            yield from ("--", f"-- These {title}:")
            yield from _comments(texts, "  ")
    yield from _parts(found)
    # What the server refuses of a part may be all of it.
    for one in (one for one in later if one.order):
        yield from ("", "-- What follows can be judged only when all of that is made.")
        yield from _parts(one)


def _parts(found: Fixes) -> Iterator[str]:
    """Yield the statements, in transactions where they can be in one."""
    labels = [one for one in found.order if label(one)]
    outside = [one for one in found.order if alone(one) and one not in labels]
    inside = [one for one in found.order if one not in (*labels, *outside)]
    yield from _transaction(labels, found, "A new value of an enum is committed before its use.")
    yield from _transaction(inside, found)
    if outside:
        yield from ("", "-- What follows cannot be in a transaction: run each statement by itself.")
        yield from _statements(outside, found)


def _counted(found: Fixes, later: Sequence[Fixes]) -> Iterator[str]:
    every = found.number + len(found.left)
    if not every:
        yield "nothing fails" + (", as far as it could be told" if found.untold else "")
    else:
        yield f"{found.number} of {_failures(every)} {_have(every)} a fix here"
    if further := sum(one.number for one in later):
        yield f"{_failures(further)} more can be judged only then, and {_have(further)} a fix, too"
    every_fix = (with_cost(fix) for one in (found, *later) for fix in one.order)
    costs = [cost for fix in every_fix for cost in COST.findall(fix)]
    if costs:
        numbers = (f"`-- {one}` {costs.count(one)}" for one in dict.fromkeys(costs))
        yield f"Comments in it that say what a fix costs: {', '.join(numbers)}"
    if found.hidden:
        more = f"{found.hidden} more expectation{'s' if found.hidden > 1 else ''}"
        yield f"{more} can be judged when what is not there yet is made: verify again then"


def _failures(number: int) -> str:
    return f"{number} failure{'s' if number != 1 else ''}"


def _have(number: int) -> str:
    return "has" if number == 1 else "have"


def _transaction(every: Sequence[str], found: Fixes, why: str = "") -> Iterator[str]:
    if every:
        yield from ("", *_comments([why] if why else ()), "begin;")
        yield "set local lock_timeout = '5s';"
        yield from _statements(every, found)
        yield from ("", "commit;")


def _statements(every: Iterable[str], found: Fixes) -> Iterator[str]:
    for fix in every:
        places = found.made_by[fix]
        more = [f"and {len(places) - _NAMED} more"] if len(places) > _NAMED else []
        yield from ("", *_comments([*places[:_NAMED], *more]), with_cost(fix))


def _comments(texts: Iterable[str], indent: str = "") -> Iterator[str]:
    """Yield texts as comments; a line break inside of one must not end it."""
    for text in texts:
        for line in text.splitlines():
            yield f"-- {indent}{line}".rstrip()
