"""Checks with matchers: alternatives are checked one by one, patterns read the value."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds import find
from pytest_schemaverify.language.matchers import Graded, Matcher, fulfils, shown
from pytest_schemaverify.verification.facts import Facts, given
from pytest_schemaverify.verification.planning import Planned

Ask = Callable[[Planned], tuple[Finding, ...]]
"""Runs the check for one plain value."""


def matched(planned: Planned, facts: Facts, ask: Ask) -> tuple[Finding, ...]:
    """Return a finding unless the database has what the matcher of an expectation wants.

    Raises CannotDetermine where no alternative holds and one of them could not be checked.
    """
    wanted = str(planned.expected)
    # It understands conditions itself, and its own finding says more than this one could.
    if find(planned.check).compares:
        return tuple(replace(one, expected=wanted) for one in ask(planned))
    inner: list[Finding] = []
    if _holds(planned.expected, planned, facts, ask, inner):
        return ()
    found = inner[0].actual if inner else _value_shown(planned, facts)
    hint = inner[0].hint if inner and inner[0].unlike else ""
    told = dict.fromkeys(f"{one.subject}: {one.identity or one.actual}" for one in inner)
    return (Finding(expected=wanted, actual=found, identity="\n".join((wanted, *told)), hint=hint),)


def _holds(
    expected: Any, planned: Planned, facts: Facts, ask: Ask, found: list[Finding],
    *, negated: bool = False,
) -> bool:  # fmt: skip
    if not isinstance(expected, Matcher):
        findings = ask(replace(planned, expected=expected))
        found += findings
        return not findings or (negated and any(one.unlike for one in findings))
    if expected.kind == "all":
        return all(
            _holds(one, planned, facts, ask, found, negated=negated) for one in expected.value
        )
    if expected.kind == "not":
        inner: list[Finding] = []
        if _holds(expected.value, planned, facts, ask, inner, negated=not negated):
            found += [one for one in inner if one.unlike]
            return False
        found += inner
        return True
    if expected.kind == "one_of":
        return _one_of(expected, planned, facts, ask, found, negated=negated)
    value = _value(planned, facts)
    endless = value is not None and value == find(planned.check).endless
    if isinstance(value, Graded):
        if negated:
            return fulfils(value.most, expected, negated=True)
        if expected.kind == "matches" and not fulfils(value.there, expected):
            return False  # `matches: ^$` says that nothing else is there, not in part either
    return fulfils(value, expected, endless=endless, negated=negated)


def _one_of(
    expected: Matcher, planned: Planned, facts: Facts, ask: Ask, found: list[Finding],
    *, negated: bool,
) -> bool:  # fmt: skip
    untold: CannotDetermine | None = None
    for one in expected.value:
        try:
            if _holds(one, planned, facts, ask, found, negated=negated):
                return True
        except CannotDetermine as error:  # one of the others may hold all the same
            untold = untold or error
    if untold is not None:
        raise untold
    return False


def _value(planned: Planned, facts: Facts) -> Any:
    """Return the value of the row; planning has refused matchers of checks without a field."""
    row, check = planned.subject and facts.row(planned.subject), find(planned.check)
    if check.value is not None:
        return check.value(*given(check.value_needs, planned, facts))
    return getattr(row, check.field)


def _value_shown(planned: Planned, facts: Facts) -> str:
    row, check = planned.subject and facts.row(planned.subject), find(planned.check)
    if row is None or not (check.value or check.field in getattr(row, "_fields", ())):
        return "it is"
    value = _value(planned, facts)
    if value is not None and value == check.endless:
        return f"{value}, which means that none is set"
    value = value.there if isinstance(value, Graded) else value
    return shown(value) if value not in (None, "", (), []) else "nothing"
