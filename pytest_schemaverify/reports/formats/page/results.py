"""Expectations and what became of them: failures grouped by cause, then what holds."""

from collections.abc import Iterable, Iterator, Sequence

from pytest_schemaverify.kinds import find
from pytest_schemaverify.reports.difference import difference, differs_at_length
from pytest_schemaverify.reports.formats.page.markup import Markup, tag, text, together
from pytest_schemaverify.reports.formats.page.wording import OUTCOMES, counted, mark, place
from pytest_schemaverify.reports.record import Record, Reported, ReportedFinding, worst_first
from pytest_schemaverify.reports.summary import duration

UNFOLDED = 25
"""Expectations that are shown before groups are folded."""
AT_ONCE = 200
"""Expectations of which the browser makes elements when it opens the page, as that takes longest.

The others are in it as text, which the script looks through and makes elements of when somebody
wants to see them.
"""
_Group = tuple[str, str, str]
"""Outcome, check or category, and the cause in words."""


def results(record: Record) -> Iterator[Markup]:
    """Yield a part that can be folded for each cause, the worst first."""
    groups: dict[_Group, list[Reported]] = {}
    for one in worst_first(record.expectations):
        groups.setdefault(_group(one), []).append(one)
    said = 0
    for (outcome, name, cause), members in groups.items():
        plain = outcome == "passed"
        inside = [_name(one) if plain else _entry(one, record) for one in members]
        shown = max(AT_ONCE - said, 0)
        yield tag(
            "details",
            tag("summary", *_summary(outcome, name, cause, members)),
            tag("ol" if plain else "div", *inside[:shown]),
            *_later(inside[shown:]),
            class_=f"group {outcome}", data_outcome=outcome,
            open=said < UNFOLDED and outcome not in ("passed", "skipped"),
            data_category=members[0].category, data_concern=members[0].concern,
        )  # fmt: skip
        said += len(members)


def _later(entries: Sequence[Markup]) -> Iterator[Markup]:
    """Yield entries as text of which the script makes elements.

    All that could begin a tag is escaped in them, so none of them can end the text.
    """
    if entries:
        yield tag("p", text(f"{len(entries):,} more, which need JavaScript"), class_="more")
        yield tag("script", *entries, type="text/plain")


def _group(one: Reported) -> _Group:
    if one.outcome == "passed":
        return one.outcome, one.category, ""
    if one.findings:
        known = one.findings[0].known if one.outcome == "known" else ""
        return one.outcome, one.check, known or one.findings[0].cause
    return one.outcome, one.check, one.reason


def _summary(
    outcome: str, name: str, cause: str, members: Sequence[Reported]
) -> Iterator[Markup]:  # fmt: skip
    first = members[0]
    number = counted(len(members), "expectation")
    yield mark(outcome)
    yield tag("span", text(name), class_="title")
    if outcome == "passed":
        yield tag("span", text(f"{number}, {duration(sum(one.seconds for one in members))}"))
        return
    yield tag("span", text(number), class_="number")
    why = cause if not first.findings or outcome == "known" else find(first.check).summary
    yield tag("span", text(" ".join(why.split())), class_="why")
    yield tag("span", text(first.concern), class_="concern")


def _name(one: Reported) -> Markup:
    return tag("li", tag("code", text(one.name)), text(" "), tag("small", text(str(one.place))))


def _entry(one: Reported, record: Record) -> Markup:
    asked = tag("small", text(f" preset {one.preset}")) if one.preset else text("")
    reason = [tag("pre", text(one.reason), class_="reason")] if one.reason else []
    title = tag("h4", mark(one.outcome), tag("code", text(one.name)), asked)
    head = tag("div", title, place(one.place, record.folder), class_="head")
    found = [_finding(*group, folder=record.folder) for group in _by_cause(one.findings)]
    return tag("article", head, *reason, *found)


def _by_cause(findings: Iterable[ReportedFinding]) -> list[list[ReportedFinding]]:
    found: dict[object, list[ReportedFinding]] = {}
    for number, one in enumerate(findings):
        found.setdefault((one.cause, one.known) if one.cause else number, []).append(one)
    return [*found.values()]


def _finding(first: ReportedFinding, *alike: ReportedFinding, folder: str) -> Markup:
    """Return a finding, and the objects at which it is the same."""
    rows = [*_sides(first)]
    if alike:
        others = ", ".join(dict.fromkeys(one.subject for one in alike if one.subject))
        rows += _row("the same at", tag("p", text(others)))
    if first.place:
        rows += _row("in", place(first.place, folder))
    if first.changed:
        rows += _row("last changed in", place(first.changed, folder))
    if first.hint:
        rows += _row("note", tag("p", text(first.hint)))
    if first.known:
        rows += _row("accepted", tag("p", text(first.known)))
    if fixes := [*dict.fromkeys(one.fix for one in (first, *alike) if one.fix)]:
        copy = tag("button", text("Copy"), type="button", class_="copy", aria_label="Copy the fix")
        pasted = tag("pre", text("\n".join(fixes)))
        rows += _row("fix", together(pasted, copy), class_="fix")
    subject = [tag("h5", tag("code", text(first.subject)))] if first.subject else []
    return tag("div", *subject, tag("dl", *rows), class_="finding")


def _sides(one: ReportedFinding) -> Iterator[Markup]:
    """Yield what is expected and what is there; of long texts what differs comes first."""
    read = all(one.read_as)
    if differs_at_length(one.expected, one.actual):
        lines = difference(*(one.read_as if read else (one.expected, one.actual)))
        yield from _row("difference", tag("pre", *map(_line, lines)))
        for label, said in (("expected", one.expected), ("actual", one.actual)):
            folded = tag("details", tag("summary", text("all of it")), tag("pre", text(said)))
            yield from _row(label, folded)
        return
    for label, said, read_as in zip(
        ("expected", "actual"), (one.expected, one.actual), one.read_as, strict=True
    ):
        yield from _row(label, tag("pre", text(said)), class_=label)
        if read_as:
            yield from _row("read as", tag("pre", text(read_as)))


def _line(line: str) -> Markup:
    name = {"-": "del", "+": "ins"}.get(line[:1], "span")
    return tag(name, text(f"{line}\n"))


def _row(label: str, said: Markup, class_: str = "") -> list[Markup]:
    return [tag("dt", text(label)), tag("dd", said, class_=class_ or False)]


def filters(record: Record) -> Markup:
    """Return the form that searches and filters; the script shows it."""
    counts = record.counts()
    boxes = [
        tag(
            "label",
            tag("input", type="checkbox", name="outcome", value=outcome, checked=True),
            text(f"{word.mark} {counts[outcome]:,} {word.many}"),
            class_=outcome,
        )
        for outcome, word in OUTCOMES.items()
        if counts[outcome]
    ]
    search = tag(
        "input", type="search", id="search", autocomplete="off", spellcheck="false",
        placeholder="Search names, messages and SQL  ( / )", aria_label="Search the results",
        aria_keyshortcuts="/",
    )  # fmt: skip
    return tag(
        "form",
        search,
        _choice("category", "All categories", {one.category for one in record.expectations}),
        _choice("concern", "All concerns", {one.concern for one in record.expectations}),
        tag("fieldset", tag("legend", text("Show"), class_="spoken"), *boxes),
        tag("button", text("Unfold all"), type="button", id="unfold"),
        tag("button", text("Fold all"), type="button", id="fold"),
        tag("output", id="shown", aria_live="polite"),
        id="filters", role="search", hidden=True,
    )  # fmt: skip


def _choice(name: str, every: str, values: Iterable[str]) -> Markup:
    options = [tag("option", text(value), value=value) for value in sorted(values)]
    return tag("select", tag("option", text(every), value=""), *options, name=name, aria_label=name)
