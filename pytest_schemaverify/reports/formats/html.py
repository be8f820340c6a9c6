"""One page that needs no network: for people who decide, and for those who search."""

from collections.abc import Iterator
from typing import NamedTuple

from pytest_schemaverify.reports.formats.page import assembled, overview
from pytest_schemaverify.reports.formats.page.markup import Markup, tag, together
from pytest_schemaverify.reports.formats.page.markup import text as escaped
from pytest_schemaverify.reports.formats.page.plots import recalls, timeline
from pytest_schemaverify.reports.formats.page.results import filters, results
from pytest_schemaverify.reports.formats.page.tables import access, coverage
from pytest_schemaverify.reports.record import Record


class _Section(NamedTuple):
    id: str
    title: str
    inside: Markup


def text(record: Record) -> str:
    """Return the record as a page."""
    sections = [*_sections(record)]
    parts = [
        overview.verdict(record),
        overview.contents([(one.id, one.title) for one in sections]),
        overview.verified(record),
        overview.problems(record),
        overview.changed(record),
        overview.categories(record),
        *(_shown(one) for one in sections),
    ]
    _, mark = overview.VERDICTS[record.verdict]
    title = f"{mark} {overview.summed(record)}, schema verification"
    return assembled(record.verdict, title, tag("main", *parts))


def _sections(record: Record) -> Iterator[_Section]:
    yield _Section("results", "Results", together(filters(record), *results(record)))
    several = len(record.verified) > 1
    for number, one in enumerate(record.verified):
        file, end = (f": {one.file}", f"-{number}") if several else ("", "")
        if one.access:
            yield _Section(f"access{end}", f"Who reaches what{file}", access(one.access))
        if one.coverage:
            yield _Section(f"coverage{end}", f"Coverage{file}", coverage(one.coverage))
        if one.rehearsal is not None:
            drawn = timeline(one.rehearsal, record.folder)
            yield _Section(f"rehearsal{end}", f"Rehearsal{file}", drawn)
    measured = [(one, one.recall) for one in record.expectations if one.recall is not None]
    if measured:
        yield _Section("recall", "Recall", recalls(measured, record.folder))


def _shown(one: _Section) -> Markup:
    return tag(
        "section",
        tag("h2", escaped(one.title), id=one.id),
        one.inside,
        aria_labelledby=one.id,
    )
