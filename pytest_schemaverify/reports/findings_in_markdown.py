"""Findings as parts of a Markdown text, grouped by check, each folded behind a line."""

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from pytest_schemaverify.reports import places
from pytest_schemaverify.reports.difference import difference, differs_at_length
from pytest_schemaverify.reports.differences import Difference, of_expectation
from pytest_schemaverify.reports.markdown_pieces import block, code, details, link, span
from pytest_schemaverify.reports.record import (
    Place,
    Problem,
    Record,
    ReportedFinding,
    worst_first,
)

_MOST = 30
"""Objects that are listed at which a finding is the same, and fixes of these."""


class Part(NamedTuple):
    """A piece of a text, which is there as a whole or not at all."""

    headings: tuple[str, ...]
    """Those that it stands under, the outer one first."""
    text: Callable[[], str]
    """Returns it: of thousands of findings, most are never asked for."""
    findings: int = 1


def parts(
    record: Record, outcome: str, heading: str, wanted: Callable[[str], bool]
) -> Iterator[Part]:
    """Yield the findings of an outcome that are not accepted, the worst first.

    `wanted` is told the fingerprint of each.
    """
    checks: dict[str, list[Difference]] = {}
    for one in worst_first(record.of(outcome)):
        for item in of_expectation(one):
            if not item.known and wanted(item.fingerprint):
                checks.setdefault(one.check, []).append(item)
    for check, items in checks.items():
        headings = (heading, f"#### {span(check)}: {len(items)}, {items[0].of.concern}")
        causes: dict[str, list[Difference]] = {}
        for item in items:
            causes.setdefault(_cause(item), []).append(item)
        for alike in causes.values():
            yield Part(headings, partial(_told, alike, record), len(alike))


def _cause(item: Difference) -> str:
    """Return what it has in common with others, which are told with it."""
    if item.finding is None:
        return item.of.reason
    return item.finding.cause or item.finding.fingerprint


def _name(item: Difference) -> str:
    return f"{item.of.name} {item.finding.subject if item.finding else ''}".rstrip()


def problems(record: Record) -> Iterator[Part]:
    """Yield what could not be read."""
    for one in record.problems:
        yield Part(("### Problems",), partial(_problem, one, record))


def _problem(one: Problem, record: Record) -> str:
    place = f"{_link(one.place, record)}\n\n" if one.place else ""
    return f"{place}{block(one.text)}"


def _told(alike: list[Difference], record: Record) -> str:
    """Return what is said of findings that have their cause in common."""
    first, finding = alike[0], alike[0].finding
    summary = f"{code(_name(first))}{f' and {len(alike) - 1} more' if alike[1:] else ''}: "
    if finding is None:
        return details(
            f"{summary}{code(first.of.reason)}", _places(first, record) + block(first.of.reason)
        )
    summary += f"expected {code(finding.expected)}, actual {code(finding.actual)}"
    content = _places(first, record) + _sides(finding, [_name(one) for one in alike[1:]])
    fixes = dict.fromkeys(one.finding.fix for one in alike if one.finding and one.finding.fix)
    if fixes:
        content += f"\nFix:\n\n{block(_listed(fixes), 'sql')}"
    return details(summary, content)


def _sides(finding: ReportedFinding, others: list[str]) -> str:
    """Return the blocks that say what is expected, what is there, and what helps."""
    expected, actual = finding.expected, finding.actual
    rows = [*zip(("expected", "actual"), (expected, actual), strict=True)]
    long = ""
    if differs_at_length(expected, actual):
        read = finding.read_as if all(finding.read_as) else (expected, actual)
        rows, long = [], block("\n".join(difference(*read)), "diff")
    elif any(finding.read_as):
        rows += zip(("expected is", "actual is"), finding.read_as, strict=True)
    rows += [("note", finding.hint), ("the same at", _listed(others))]
    lines = [line for label, said in rows if said for line in _labelled(label, said)]
    return long + (block("\n".join(lines)) if lines else "")


def _labelled(label: str, said: str) -> Iterator[str]:
    for number, line in enumerate(said.splitlines()):
        yield f"{'' if number else label:<12}{line}".rstrip()


def _listed(texts: Iterable[str]) -> str:
    every = list(texts)
    more = [f"… and {len(every) - _MOST} more"] if len(every) > _MOST else []
    return "\n".join([*every[:_MOST], *more])


def _places(item: Difference, record: Record) -> str:
    found = [_link(item.of.place, record)]
    if item.finding is not None and item.finding.place is not None:
        found.append(f"in {_link(item.finding.place, record)}")
    if item.finding is not None and item.finding.changed is not None:
        found.append(f"last changed in {_link(item.finding.changed, record)}")
    return f"{', '.join(found)}\n\n"


def _link(place: Place, record: Record) -> str:
    return link(f"{place.file}:{place.line}", places.url(place, record.folder, os.environ))
