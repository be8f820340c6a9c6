"""The assertions of pgTAP's suites as a file of expectations."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pytest_schemaverify.authoring.pgtap import rows, special
from pytest_schemaverify.authoring.pgtap.advice import ASSERTIONS, RUNNING, UNSAID
from pytest_schemaverify.authoring.pgtap.calls import Call, calls
from pytest_schemaverify.authoring.pgtap.functions import FUNCTIONS, NAMED
from pytest_schemaverify.authoring.pgtap.merging import Merged, everything
from pytest_schemaverify.authoring.pgtap.sayings import (
    EXACT_IN,
    Fact,
    Known,
    Untaken,
    arguments,
    facts,
)
from pytest_schemaverify.authoring.pgtap.shortening import shortened
from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.language.writing import entry
from pytest_schemaverify.sql import secrets
from pytest_schemaverify.verification.planning import plan

SAID = {**FUNCTIONS, **NAMED}
KNOWN = frozenset({*SAID, *special.SPECIAL, *rows.ROWS, *UNSAID, *ASSERTIONS, *RUNNING})
"""Every function of pgTAP."""


class Left(NamedTuple):
    """An assertion that the file does not say, or not wholly."""

    at: str
    """`file:line:column`."""
    function: str
    why: str
    """Why, and what to write instead."""


@dataclass(slots=True)
class Imported:
    """What was made of the assertions of some files."""

    data: dict[str, Any] = field(default_factory=dict)
    """Of a file of expectations, without its version."""
    count: int = 0
    """Assertions that there are."""
    left: list[Left] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """How many assertions were taken: `12 of 14 assertions taken`."""
        taken = self.count - len(self.left)
        listed = f"; {len(self.left)} listed at the end as comments" if self.left else ""
        return f"{taken} of {self.count} assertions taken{listed}"

    def text(self) -> str:
        """Return the file of expectations, with what is left out as comments at its end."""
        parts = ["version: 1\n", *(entry(name, what) for name, what in self.data.items())]
        reasons: dict[str, list[str]] = {}
        for one in self.left:
            reasons.setdefault(one.why, []).append(f"{one.at} {one.function}()")
        listed = [_comment(why, places) for why, places in reasons.items()]
        return "\n".join([*parts, *(["# Not taken:\n", *listed] if listed else [])])


def _comment(why: str, places: list[str]) -> str:
    """Return a reason, and the places to which it applies, as comments."""
    lines = [" ".join(why.split()), *(f"  {place}" for place in places)]
    text = "".join(f"# {line}\n" for line in lines)
    # YAML takes no control characters, not even in comments.
    return "".join(one if one.isprintable() or one == "\n" else "?" for one in text)


def imported(texts: Mapping[str, str]) -> Imported:
    """Return what the assertions in files say; `texts` are their contents by name."""
    called = [call for name, text in texts.items() for call in calls(text, name, KNOWN)]
    assertions = [call for call in called if call.function not in RUNNING]
    known = _known(assertions)
    merged, result = Merged(), Imported(count=len(assertions))
    at_once = {call.at: call.function for call in assertions}
    # What is denied comes last, since nothing needs to be said where something else is there.
    for call in sorted(assertions, key=lambda one: one.function in _DENYING):
        try:
            found = list(_facts(call, known, merged))
            _require_valid(found)
            merged.add(found, call.at)
        except Untaken as why:
            result.left.append(Left(call.at, call.function, str(why)))
    result.left += [Left(at, at_once[at], why) for at, why in everything(merged)]
    order = {call.at: place for place, call in enumerate(assertions)}
    result.left.sort(key=lambda one: order[one.at])
    result.data = shortened(merged.data())
    return result


_DENYING = frozenset(
    name for name, said in FUNCTIONS.items() if isinstance(said.what, dict) and "not" in said.what
) | {"has_pk"}


def _require_valid(facts: list[Fact]) -> None:
    """Refuse what the language does not take, or must not hold. Raises Untaken."""
    for path, value in facts:
        if secrets.found(" ".join([*path, str(value)])):
            raise Untaken("it looks as if a secret is part of it, which has no place in the file")
    alone = Merged()
    alone.add([fact for fact in facts if not fact.path[-1].startswith(EXACT_IN)], "")
    try:
        if alone.said:
            plan(*load(_text(alone), ""), "")
    except SpecError as error:
        reason = error.problems[0].split(": ", 1)[-1]
        raise Untaken(f"a file of expectations does not take it: {reason}") from None


def _text(merged: Merged) -> str:
    """Return the sections of a file."""
    data = shortened(merged.data())
    return "\n".join(entry(name, what) for name, what in data.items())


def _facts(call: Call, known: Known, merged: Merged) -> Iterator[Fact]:
    """Yield what a call says. Raises Untaken."""
    if call.doubt:
        raise Untaken(f"{call.doubt}; write what is meant, with `when:` or `xfail:` if need be")
    if call.function in SAID:
        yield from facts(call, SAID[call.function], known)
    elif call.function in special.SPECIAL:
        yield from special.facts(call, known)
    elif call.function in rows.ROWS:
        yield from rows.facts(call, merged.said)
    else:
        raise Untaken({**ASSERTIONS, **UNSAID}[call.function])


_KINDS = {
    "has_table": "tables",
    "has_foreign_table": "tables",
    "has_view": "views",
    "has_materialized_view": "materialized_views",
    "has_sequence": "sequences",
    "tables_are": "tables",
    "views_are": "views",
    "materialized_views_are": "materialized_views",
    "sequences_are": "sequences",
    "view_owner_is": "views",
    "materialized_view_owner_is": "materialized_views",
}
"""Functions that say of a relation what it is."""


def _known(assertions: Iterable[Call]) -> Known:
    """Return what is known of names before the first call is taken."""
    known = Known()
    for call in assertions:
        if call.function not in SAID:
            continue
        try:
            found = arguments(call, SAID[call.function].arguments)
            known.schemas |= {found.given[one] for one in ("schema", "space") if one in found}
            if call.function in _KINDS:
                named = found["tables"] if "tables" in found else [found["table"]]
                known.sections |= dict.fromkeys(named, _KINDS[call.function])
        except Untaken:
            continue
    return known
