from collections.abc import Callable, Iterator
from datetime import date
from fnmatch import fnmatchcase
from itertools import zip_longest
from pathlib import Path
from typing import Any

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.language.ended import ended
from pytest_schemaverify.migrations.names import called, shown
from pytest_schemaverify.rehearsal.drift import Drift
from pytest_schemaverify.rehearsal.history import Changed, History
from pytest_schemaverify.rehearsal.state import UNKNOWN

USE = Use(live=True, optional=True)


def check(
    expected: Any,
    drift: tuple[Drift, ...],
    history: History,
    listed: Callable[[Path], bool | None],
    today: date,
) -> Iterator[Finding]:
    """The live database is what the files build; nothing is missing, nothing was made by hand."""
    # The most exact exemption first: its reason and its end are those that count.
    exempt = dict(sorted(expected.exemptions.items(), key=_exactness))
    unused = dict.fromkeys(expected.exemptions)
    for one in drift:
        pattern = next((p for p in exempt if _matches(p, one)), None)
        unused.pop(pattern, None)
        over = ended(exempt[pattern], today) if pattern is not None else ""
        if pattern is None or over:
            yield _finding(one, history, listed, over)
    for pattern in unused:
        yield Finding(
            subject=pattern,
            expected="a difference that needs this exemption",
            actual="none does; remove it from `except`",
        )


def _exactness(item: tuple[str, Any]) -> tuple[bool, int]:
    """Return what sorts exemptions: names before patterns, long ones first."""
    return any(sign in item[0] for sign in "*?["), -len(item[0])


def _matches(pattern: str, one: Drift) -> bool:
    """Return whether a pattern is for a thing: `index public.a.b`, or without what it is."""
    _, _, name = one.change.subject.partition(" ")
    return fnmatchcase(one.change.subject, pattern) or fnmatchcase(name, pattern)


def _finding(
    one: Drift, history: History, listed: Callable[[Path], bool | None], hint: str = ""
) -> Finding:
    made = history.of(one.family, one.key)
    place = f"{shown(made.path)}:{made.line}" if made else ""
    before, after = _sides(one, place if made and made.gone else "")
    return Finding(
        subject=one.change.subject,
        expected=before,
        actual=after,
        hint=hint or _hint(one, made, listed),
        changed=f"last changed in {place}" if made and not made.gone else "",
    )


def _sides(one: Drift, dropped: str) -> tuple[str, str]:
    if one.side == "extra":
        before = f"dropped or renamed in {dropped}" if dropped else "no migration makes it"
        return f"nothing: {before}", "there, in the live database only"
    if one.side == "missing":
        return "there, as the files make it", "missing in the live database"
    if one.side == "unseen":
        return "as the files make it", f"{one.change.after}: this role may not read them"
    if one.side == "unknown":
        before, after = one.change.before, f"{one.change.after} there, {UNKNOWN}"
        return f"{before}, as the files make them", after
    before, after = _where_they_part(one.change.before, one.change.after)
    return f"{before}, as the files make it", f"{after}, in the live database"


def _hint(one: Drift, made: Changed | None, listed: Callable[[Path], bool | None]) -> str:
    """Return which side is wrong, as far as the ledger shows it, and what to do."""
    if one.side == "unseen":
        # The reader's own rights are missing, which says nothing about the two sides.
        return "nobody can tell: connect as its owner or a superuser, or name it in `except`"
    if one.side == "unknown":
        return "nobody can tell: a newer pytest-schemaverify may, or name it in `except`"
    by_hand = {"extra": "made again", "missing": "dropped"}.get(one.side, "changed")
    if made is None:
        if one.side == "extra":
            return "made outside of the migrations: write one that makes it, or drop it"
        return f"it was {by_hand} by hand, or a migration has not been applied there"
    if (known := listed(made.path)) is None:
        return f"the migration has not been applied there, or it was {by_hand} by hand"
    # In the ledger and nevertheless different: what is live has changed since, or the file has.
    if known:
        return (
            f"the ledger lists {called(made.path)}, so it was {by_hand} by hand, or the file was"
            " edited since: write a migration, or put it right there"
        )
    return f"the ledger does not list {called(made.path)}: it has not been applied there yet"


def _where_they_part(before: str, after: str) -> tuple[str, str]:
    """Return both sides; of texts with several lines only the first line that differs."""
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
