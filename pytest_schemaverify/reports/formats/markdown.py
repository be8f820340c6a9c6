"""The results as GitHub-flavoured Markdown, for the summary of a job."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial

from pytest_schemaverify.kinds import CATEGORIES
from pytest_schemaverify.reports.compared import Compared
from pytest_schemaverify.reports.findings_in_markdown import Part, parts, problems
from pytest_schemaverify.reports.markdown_pieces import span, table
from pytest_schemaverify.reports.record import Record
from pytest_schemaverify.reports.verdicts import (
    SENTENCES,
    TO_SEE_VALUES,
    VALUES_LEFT_OUT,
    stopped,
)

LIMIT = 900_000
"""Bytes of UTF-8. GitHub refuses the whole summary of a step if it has more than 1 MiB."""
_MARKS = {"holds": "✅", "does not hold": "❌", "cannot tell": "❓", "nothing was verified": "⚪"}
_SECTIONS = {"failed": "### Failures", "undetermined": "### Cannot tell", "warned": "### Warnings"}
_COLUMNS = {
    "failed": "Fail", "undetermined": "Cannot tell", "warned": "Warn", "known": "Known",
    "skipped": "Skipped", "passed": "Hold",
}  # fmt: skip
_MOST = 30
"""Lines of a list."""
_LEFT_OUT = """\
**{:,} more findings are left out here**, because this text may not be longer.
`--schema-report=html:FILE` has all of them.
"""
_NOT_AGAIN = "What still fails is not told again here.\n"


def text(record: Record) -> str:
    """Return the record as Markdown. What does not fit is counted."""
    return written(record, LIMIT)


def written(record: Record, limit: int, most: int = LIMIT, *, again: bool = True) -> str:
    """Return the record as Markdown of at most so many bytes, with at most so many findings.

    Unless they are to be told `again`, findings that the other run of a comparison has as well are
    counted only.
    """
    head, facts = "\n".join(_head(record)), "\n".join(_facts(record))
    room = _Room(limit - len(f"{head}{facts}{_LEFT_OUT}{_NOT_AGAIN}".encode()) - 40, most)
    new, old = _fingerprints(record.compared, "new"), set[str]()
    if not again:
        old = _fingerprints(record.compared, "still failing")
    first = [
        *problems(record),
        *(part for name in _SECTIONS for part in parts(record, name, "### New", new.__contains__)),
        *_gone(record.compared),
    ]
    told, rest = new | old, list[Part]()
    for name, heading in _SECTIONS.items():
        rest += parts(record, name, heading, lambda one: one not in told)
    body = [head, room.taken(first), facts, room.taken(rest)]
    body += [_LEFT_OUT.format(room.left)] * bool(room.left) + [_NOT_AGAIN] * bool(old)
    return "\n".join(filter(None, body))


class _Room:
    """The bytes and the parts that a text may still have."""

    def __init__(self, size: int, most: int) -> None:
        self.size = size
        self.most = most
        self.left = 0
        """Findings for which there was no room."""
        self.headings: set[tuple[str, ...]] = set()

    def taken(self, found: Iterable[Part]) -> str:
        """Return the text of the parts for which there is room."""
        return "\n".join(filter(None, map(self._piece, found)))

    def _piece(self, part: Part) -> str:
        above = [part.headings[:number] for number in range(1, len(part.headings) + 1)]
        headings = [f"{one[-1]}\n" for one in above if one not in self.headings]
        piece, size = "", self.size + 1
        if self.most and self.size > _LEAST:
            piece = "\n".join([*headings, part.text()])
            size = len(piece.encode()) + 1
        if size > self.size:
            self.left += part.findings
            return ""
        self.size -= size
        self.most -= 1
        self.headings.update(above)
        return piece


_LEAST = 200
"""Bytes that a finding takes at least, with its HTML and its place."""


def _fingerprints(compared: Compared | None, change: str) -> set[str]:
    return {one.fingerprint for one in compared.of(change)} if compared is not None else set()


def _head(record: Record) -> Iterator[str]:
    """Yield the verdict, and what has changed."""
    yield f"## {_MARKS[record.verdict]} {SENTENCES[record.verdict]}\n"
    if how_far := stopped(record):
        yield f"{how_far[0].upper()}{how_far[1:]}.\n"
    if (compared := record.compared) is not None:
        yield f"**{compared.counts}** since {compared.with_what} ({span(compared.file)})\n"
        if compared.expectations:
            yield f"{compared.expectations}\n"


def _gone(compared: Compared | None) -> Iterator[Part]:
    """Yield what only the other run has found, by what became of it."""
    for change in ("gone", "accepted", "not verified now"):
        found = compared.of(change) if compared is not None else []
        lines = [f"- {span(str(one))}" for one in found[:_MOST]]
        if len(found) > _MOST:
            lines.append(f"- and {len(found) - _MOST} more")
        if lines:
            yield Part(
                (f"### {change.capitalize()}",), partial("\n".join, [*lines, ""]), len(found)
            )


def _facts(record: Record) -> Iterator[str]:
    """Yield what was verified against what, and what became of how many expectations."""
    for one in record.verified:
        yield f"- {span(one.file)} against {span(one.against)}"
    yield f"\nThe run took {record.seconds:.1f} seconds.\n"
    if record.values_left_out:
        yield f"{VALUES_LEFT_OUT}; {span(TO_SEE_VALUES)} shows them.\n"
    found = Counter((one.category, one.outcome) for one in record.expectations)
    outcomes = [name for name in _COLUMNS if record.of(name)]
    rows = [
        [category, *(str(found[category, name] or "") for name in outcomes)]
        for category in CATEGORIES
        if any(found[category, name] for name in outcomes)
    ]
    rows.append(["all", *(str(len(record.of(name))) for name in outcomes)])
    if outcomes:
        yield table(["Category", *(_COLUMNS[name] for name in outcomes)], rows)
