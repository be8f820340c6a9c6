"""The top of the page: the verdict, what was verified against what, and the categories."""

from collections.abc import Iterator

from pytest_schemaverify.kinds import CATEGORIES
from pytest_schemaverify.reports.compared import CHANGES
from pytest_schemaverify.reports.formats.page.markup import Markup, tag, text
from pytest_schemaverify.reports.formats.page.wording import OUTCOMES, counted, mark, place
from pytest_schemaverify.reports.record import Record, Verified
from pytest_schemaverify.reports.summary import Tally, duration
from pytest_schemaverify.reports.verdicts import (
    SENTENCES,
    TO_SEE_VALUES,
    VALUES_LEFT_OUT,
    stopped,
)

VERDICTS = {
    "holds": ("passed", "✓"),
    "does not hold": ("failed", "✗"),
    "cannot tell": ("undetermined", "?"),
    "nothing was verified": ("skipped", "-"),
}
"""Colour and mark."""


def summed(record: Record) -> str:
    """Return the verdict in numbers."""
    counts = record.counts()
    total = counted(len(record.expectations), "expectation")
    parts = [
        f"{counts[outcome]:,} {word.one if counts[outcome] == 1 else word.many}"
        for outcome, word in OUTCOMES.items()
        if counts[outcome]
    ]
    said = f"{total}: {', '.join(parts)}" if parts else total
    return "; ".join(filter(None, [said, stopped(record)]))


def verdict(record: Record) -> Markup:
    """Return the verdict in a mark, a sentence and numbers."""
    colour, sign = VERDICTS[record.verdict]
    return tag(
        "header",
        tag("span", text(sign), class_="verdict-mark", aria_hidden="true"),
        tag("div", tag("h1", text(SENTENCES[record.verdict])), tag("p", text(summed(record)))),
        class_=f"verdict {colour}",
    )


def verified(record: Record) -> Markup:
    """Return which file was verified against which database, when and by what."""
    began = record.began.replace("T", " ").removesuffix("+00:00")
    about = (
        ("Began", f"{began} UTC"),
        ("Took", duration(record.seconds)),
        ("Exit code", str(record.exit_code)),
        ("Verified by", f"pytest-schemaverify {record.version}"),
    )
    terms = [tag("div", tag("dt", text(name)), tag("dd", text(said))) for name, said in about]
    return tag(
        "section",
        tag("h2", text("What was verified"), id="verified"),
        tag("ul", *map(_one, record.verified), class_="against"),
        tag("dl", *terms, class_="about"),
        _left_out() if record.values_left_out else text(""),
        aria_labelledby="verified",
    )


def _one(one: Verified) -> Markup:
    notes = [tag("li", text(note)) for note in one.notes]
    return tag(
        "li",
        tag("strong", tag("code", text(one.file))),
        text(" against "),
        tag("strong", text(one.against)),
        tag("ul", *notes, class_="notes") if notes else text(""),
    )


def _left_out() -> Markup:
    option = tag("code", text(TO_SEE_VALUES))
    return tag("p", text(f"{VALUES_LEFT_OUT}; "), option, text(" shows them."), class_="reason")


def problems(record: Record) -> Markup:
    """Return what could not be read or done."""
    if not record.problems:
        return text("")
    listed = [
        tag(
            "li",
            place(one.place, record.folder) if one.place else text(""),
            tag("pre", text(one.text)),
        )
        for one in record.problems
    ]
    return tag(
        "section",
        tag("h2", text("What could not be read"), id="problems"),
        tag("ul", *listed, class_="problems"),
        aria_labelledby="problems",
    )


def changed(record: Record) -> Markup:
    """Return what has changed since the run that this one was compared with."""
    compared = record.compared
    if compared is None:
        return text("")
    lists = [
        tag("details", tag("summary", text(f"{len(found):,} {change}")), tag("ul", *found))
        for change in CHANGES
        if change != "still failing"
        and (found := [tag("li", text(str(one))) for one in compared.of(change)])
    ]
    said = f"{compared.counts} since {compared.with_what} ({compared.file})"
    return tag(
        "section",
        tag("h2", text("What has changed"), id="changed"),
        tag("p", text(said)),
        tag("p", text(compared.expectations)),
        *lists,
        class_="changed",
        aria_labelledby="changed",
    )


def categories(record: Record) -> Markup:
    """Return the table of categories with counts and times, in the order of a checklist."""
    tallies: dict[str, Tally] = {}
    for one in record.expectations:
        tallies.setdefault(one.category, Tally()).count(one.outcome, 1, one.seconds)
    if not tallies:
        return text("")
    shown = [outcome for outcome, number in record.counts().items() if number]
    shown = [outcome for outcome in OUTCOMES if outcome in shown]
    head = ["Category", *(OUTCOMES[one].many for one in shown), "time"]
    rows = [tag("tr", *_row(name, tallies[name], shown)) for name in CATEGORIES if name in tallies]
    columns = [tag("th", text(name), scope="col") for name in head]
    return tag(
        "section",
        tag("h2", text("Categories"), id="categories"),
        tag(
            "div",
            tag("table", tag("thead", tag("tr", *columns)), tag("tbody", *rows)),
            class_="wide",
        ),
        aria_labelledby="categories",
    )


_MARKED = ("failed", "undetermined", "warned", "passed", "known", "skipped")
"""Outcomes in the order in which a category is marked by one that it has."""


def _row(name: str, tally: Tally, shown: list[str]) -> Iterator[Markup]:
    worst = next(one for one in _MARKED if getattr(tally, one))
    yield tag("th", mark(worst), text(f" {name}"), scope="row", class_=worst)
    for outcome in shown:
        number = getattr(tally, outcome)
        yield tag("td", text(f"{number:,}" if number else ""), class_=outcome)
    yield tag("td", text(duration(tally.seconds)))


def contents(sections: list[tuple[str, str]]) -> Markup:
    """Return links to the sections, by their ids."""
    links = (tag("a", text(title), href=f"#{name}") for name, title in sections)
    return tag("nav", *links, aria_label="Sections")
