"""The rehearsal of the migrations as a timeline, and recall as a plot."""

from collections.abc import Iterator, Sequence

from pytest_schemaverify.reports.formats.page.markup import Markup, tag, text, together
from pytest_schemaverify.reports.formats.page.tables import bar, table
from pytest_schemaverify.reports.formats.page.wording import counted, place
from pytest_schemaverify.reports.record import Reported, place_in
from pytest_schemaverify.reports.sections import HeldLock, Recall, Rehearsed
from pytest_schemaverify.reports.summary import duration

BLOCKS = {
    "access exclusive": "blocks reading and writing",
    "exclusive": "blocks writing",
    "share row exclusive": "blocks writing",
    "share": "blocks writing",
    "share update exclusive": "blocks changes of the schema",
}
"""What nobody else can do meanwhile, strongest first. Queries take the locks that are missing.

https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
"""
MOST = 200
"""Files, and locks, that are drawn; those that took least are left out."""


def timeline(found: Rehearsed, folder: str) -> Markup:
    """Return a row for each file and below it one for each lock that keeps others waiting."""
    blocking = _longest([one for one in found.locks if one.mode in BLOCKS])
    kept = {*sorted(found.files, key=lambda name: -found.files[name])[:MOST]}
    left = len(found.files) - len(kept)
    notes = [
        f"{counted(len(found.files), 'migration')} in {duration(sum(found.files.values()))}, run "
        "once more on the rows that were there before. A lock is held until its transaction ends."
    ]
    notes += [f"{counted(left, 'file')} that took least are left out."] * bool(left)
    notes += [f"Rewritten: {name}, by {by}." for name, by in sorted(found.rewrites.items())]
    return tag(
        "div",
        *(tag("p", text(note)) for note in notes),
        tag(
            "div",
            table(("What", "Time", "From the first file to the last"),
                  _rows(found, kept, blocking, folder)),
            class_="wide timeline",
        ),
    )  # fmt: skip


def _longest(locks: Sequence[HeldLock]) -> list[HeldLock]:
    """Return the locks that were held longest, in their order."""
    kept = {id(one) for one in sorted(locks, key=lambda one: one.since - one.until)[:MOST]}
    return [one for one in locks if id(one) in kept]


def _rows(
    found: Rehearsed, kept: set[str], locks: Sequence[HeldLock], folder: str
) -> Iterator[Markup]:
    whole, since = sum(found.files.values()), 0.0
    for name, seconds in found.files.items():
        until = since + seconds
        if name in kept:
            title = tag("th", tag("code", text(name)), scope="row")
            yield tag("tr", title, *_drawn(since, until, whole, "file"), class_="file")
            for lock in locks:
                if lock.file == name:
                    yield _lock(lock, whole, folder)
        since = until


def _lock(lock: HeldLock, whole: float, folder: str) -> Markup:
    where = place_in(lock.place)
    strength = "strong" if lock.mode == "access exclusive" else "weak"
    said = tag(
        "th",
        tag("code", text(lock.table)),
        text(f" {lock.mode}, {BLOCKS[lock.mode]} "),
        place(where, folder) if where else text(lock.place),
        scope="row",
    )
    return tag("tr", said, *_drawn(lock.since, lock.until, whole, strength), class_="lock")


def _drawn(since: float, until: float, whole: float, class_: str) -> tuple[Markup, Markup]:
    drawn = tag("td", bar(since, until, whole, class_), class_="bars")
    return tag("td", text(duration(until - since)), class_="n"), drawn


_WIDE, _HIGH, _LEFT, _TOP = 440, 120, 34, 22
BINS = 20


def recalls(measured: Sequence[tuple[Reported, Recall]], folder: str) -> Markup:
    """Return a plot for each expectation about recall: how many queries found which share."""
    return tag("div", *(_recall(*one, folder) for one in measured), class_="plots")


def _recall(one: Reported, found: Recall, folder: str) -> Markup:
    share = sum(found.shares) / len(found.shares)
    made = "generated" if found.generated else "stored"
    verdict = "enough" if share >= found.at_least else "too few"
    said = (
        f"{share:.1%} of the {found.k} nearest are found, at least {found.at_least:.1%} are"
        f" expected: {verdict}. {min(found.shares):.0%} at worst, over"
        f" {counted(len(found.shares), 'query', 'queries')} on {found.vectors:,} {made} vectors"
        f" by {found.index} with {found.searched_with}."
    )
    title = tag("strong", tag("code", text(one.name)))
    caption = tag("figcaption", title, text(" "), place(one.place, folder), tag("p", text(said)))
    return tag("figure", caption, _histogram(found, share))


def _histogram(found: Recall, share: float) -> Markup:
    bins = [0] * BINS
    for each in found.shares:
        bins[min(int(each * BINS + 1e-9), BINS - 1)] += 1
    step, most = _WIDE / BINS, max(bins)
    bars = [
        tag(
            "rect", x=_LEFT + number * step + 1, width=step - 2, class_="said",
            y=_TOP + _HIGH - count * _HIGH / most, height=count * _HIGH / most,
        )
        for number, count in enumerate(bins)
        if count
    ]  # fmt: skip
    ticks = [
        _label(f"{tick * 20} %", _LEFT + tick * _WIDE / 5, _TOP + _HIGH + 16) for tick in range(6)
    ]
    lines = [_line(found.at_least, "wanted", "expected"), _line(share, "found", "found")]
    base = tag("path", d=f"M{_LEFT} {_TOP + _HIGH}h{_WIDE}", class_="axis")
    highest = _label(f"{most}", _LEFT - 14, _TOP + 10)
    box = f"0 0 {_LEFT + _WIDE + 30} {_TOP + _HIGH + 24}"
    return tag("svg", *bars, base, *ticks, highest, *lines, viewBox=box, role="img",
               aria_label="How many queries found which share")  # fmt: skip


def _line(share: float, class_: str, word: str) -> Markup:
    x = _LEFT + share * _WIDE
    down = tag("path", d=f"M{x:.1f} {_TOP - 4}v{_HIGH + 4}", class_=class_)
    # What is found stands above what is expected where the two are close.
    return together(down, _label(word, x, 8 if class_ == "found" else 17))


def _label(said: str, x: float, y: float) -> Markup:
    return tag("text", text(said), x=x, y=y, text_anchor="middle")
