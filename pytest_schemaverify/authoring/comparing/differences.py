"""What a database has and its file of expectations does not say alike, object by object."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from pytest_schemaverify.authoring.comparing.difference import Difference
from pytest_schemaverify.authoring.comparing.failing_expectations import NO_WORD, Failing
from pytest_schemaverify.authoring.comparing.observed import Observed, observed
from pytest_schemaverify.authoring.comparing.reality import Reality
from pytest_schemaverify.authoring.comparing.reality import key_of as key_of_entry
from pytest_schemaverify.authoring.comparing.source import Source
from pytest_schemaverify.authoring.comparing.trial import contract_of, tried
from pytest_schemaverify.authoring.comparing.unsaid import Silent
from pytest_schemaverify.authoring.scope import Chosen
from pytest_schemaverify.authoring.writing.draft import key_of, nearest
from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.kinds.entries import Style
from pytest_schemaverify.language.places import Path
from pytest_schemaverify.reports.failure import brief
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.verification import Verification

_NOT_TAKEN = "the database does not take this for what it has: {}"


@dataclass(frozen=True, slots=True)
class Compared:
    """A file of expectations and its database, side by side."""

    differences: list[Difference]
    undetermined: list[Result]
    """Expectations of objects of which nobody could tell."""
    others: list[Result]
    """Expectations that are about no object, such as rules, and do not hold."""


def compared(one: Verification, chosen: Chosen | None = None, *, blame: bool = False) -> Compared:
    """Return what an opened file and its database do not say alike.

    `chosen` narrows it down to kinds and tables; `blame` also looks for the migrations that did it,
    which takes longer. At one path, what differs goes before what is new.
    """
    with one.database.line.ticking("comparing"):
        seen = observed(one, chosen, blame=blame)
        reality, source = Reality(one.results.facts, Style(seen.look)), Source(one.contract)
        found, wrong = _tried(_made(seen, reality, source), reality, one)
        # As the server prints them, it takes its own texts for the same.
        if _as_printed(wrong, reality):
            found, wrong = _tried(_made(seen, reality, source), reality, one)
        found = [_marked(difference, wrong) for difference in found]
        return Compared(found, seen.undetermined, seen.others)


def _made(seen: Observed, reality: Reality, source: Source) -> list[Difference]:
    differ = list(Failing(reality, source).differences(seen.wrong))
    paths = frozenset(difference.path for difference in differ)
    return [*differ, *Silent(reality, source, paths).differences(seen)]


def _tried(
    found: list[Difference], reality: Reality, one: Verification
) -> tuple[list[Difference], list[Result]]:
    """Return the differences, and what would not hold if the file said their values.

    A value that the language does not take is left out.
    """
    try:
        contract = contract_of(_proposed(found, reality), one)
    except SpecError:
        found = [_readable(difference, one) for difference in found]
        contract = contract_of(_proposed(found, reality), one)
    return found, list(tried(contract, one)) if contract is not None else []


def _readable(difference: Difference, one: Verification) -> Difference:
    try:
        contract_of({difference.path: difference.value}, one)
    except SpecError:
        return replace(difference, value=None, by_hand=NO_WORD)
    return difference


def _proposed(found: Iterable[Difference], reality: Reality) -> dict[Path, Any]:
    """Return the values that a program may write, by path."""
    return {
        difference.path: reality.whole.get(difference.path, difference.value)
        for difference in found
        if difference.value is not None and not difference.by_hand
    }


def _as_printed(wrong: Iterable[Result], reality: Reality) -> bool:
    """Have values written as the server prints them; return whether that is another text."""
    before = len(reality.style.as_printed)
    for result in wrong:
        planned = result.planned
        if path := nearest(planned.path, reality.objects):
            key = key_of(planned.path, path, planned.check, reality.objects[path])
            reality.style.as_printed.add((path, key))
    return len(reality.style.as_printed) > before


def _marked(difference: Difference, wrong: Iterable[Result]) -> Difference:
    """Return a difference, for a person where the database does not take its value."""
    if difference.by_hand or difference.value is None:
        return difference
    reason = next(_reasons(difference.path, wrong), "")
    return replace(difference, by_hand=reason) if reason else difference


def _reasons(path: Path, wrong: Iterable[Result]) -> Iterator[str]:
    for result in wrong:
        planned = result.planned
        there = (*planned.path, key_of_entry(planned))
        if path in (there[: len(path)], planned.path):
            yield _NOT_TAKEN.format(brief(result))
