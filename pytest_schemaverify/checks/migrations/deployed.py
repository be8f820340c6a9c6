from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatchcase
from itertools import zip_longest
from typing import Any

from pytest_schemaverify.drift import Drift
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.history import History
from pytest_schemaverify.migrations.files import shown


def check(
    expected: Any, drift: tuple[Drift, ...], history: History, today: date
) -> Iterator[Finding]:
    """The live database is what the files build; nothing is missing, nothing was made by hand."""
    unused = dict.fromkeys(expected.exceptions)
    for one in drift:
        pattern = next((p for p in expected.exceptions if _matches(p, one)), None)
        unused.pop(pattern, None)
        exempt = expected.exceptions.get(pattern)
        if exempt is None:
            yield _finding(one, history)
        elif exempt.until is not None and exempt.until < today:
            yield _finding(one, history, f"the exception ended on {exempt.until}: {exempt.reason}")
    for pattern in unused:
        yield Finding(
            subject=pattern,
            expected="a difference that needs this exception",
            actual="none does; remove it from `except`",
        )


def _matches(pattern: str, one: Drift) -> bool:
    """Return whether a pattern is for a thing: `index public.a.b`, or without what it is."""
    _, _, name = one.change.subject.partition(" ")
    return fnmatchcase(one.change.subject, pattern) or fnmatchcase(name, pattern)


def _finding(one: Drift, history: History, hint: str = "") -> Finding:
    made = history.of(one.family, one.key)
    place = f"{shown(made.path)}:{made.line}" if made else ""
    if one.side == "extra":
        before = f"nothing: dropped or renamed in {place}" if made and made.gone else ""
        return Finding(
            subject=one.change.subject,
            expected=before or "nothing: no migration makes it",
            actual="there, in the live database only",
            hint=hint
            or (
                "that migration has not been applied there, or it was made again by hand"
                if before
                else "made outside of the migrations: write one that makes it, or drop it"
            ),
        )
    if one.side == "missing":
        return Finding(
            subject=one.change.subject,
            expected="there, as the files make it",
            actual="missing in the live database",
            hint=hint or "the migration has not been applied there, or it was dropped by hand",
            changed=f"last changed in {place}" if place else "",
        )
    before, after = _told(one.change.before, one.change.after)
    return Finding(
        subject=one.change.subject,
        expected=f"{before}, as the files make it",
        actual=f"{after}, in the live database",
        hint=hint or "a migration has not been applied there, or it was changed by hand",
        changed=f"last changed in {place}" if place else "",
    )


def _told(before: str, after: str) -> tuple[str, str]:
    """Return both sides; of views and functions the first line that is not the same."""
    if "\n" not in before + after:
        return before, after
    what = before.partition(" ")[0]
    for number, pair in enumerate(zip_longest(before.splitlines(), after.splitlines()), start=1):
        if pair[0] != pair[1]:
            left, right = (
                f"{what}, line {number}: {line.removeprefix(what).strip()}"
                if line is not None
                else f"{what} without line {number}"
                for line in pair
            )
            return left, right
    return before, after
