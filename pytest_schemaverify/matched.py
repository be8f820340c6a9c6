"""What matchers say of a check: alternatives are checked one by one, patterns read the value."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pytest_schemaverify.checks import find
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.facts import Facts, given
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.matchers import Graded, Matcher, fulfils, shown
from pytest_schemaverify.plan import Planned

Ask = Callable[[Planned], tuple[Finding, ...]]
"""Makes the check for one plain value."""


def matched(planned: Planned, facts: Facts, ask: Ask) -> tuple[Finding, ...]:
    """Return a finding unless the database has what the matcher of an expectation wants.

    Raises CannotDetermine where no alternative holds and of one nobody could tell.
    """
    inner: list[Finding] = []
    if _holds(planned.expected, planned, facts, ask, inner):
        return ()
    wanted = str(planned.expected)
    passing = any(one.identity for one in inner)
    found = inner[0].actual if inner else _shown(planned, facts)
    return (Finding(expected=wanted, actual=found, identity=wanted if passing else ""),)


def _holds(
    expected: Any, planned: Planned, facts: Facts, ask: Ask, found: list[Finding],
    *, negated: bool = False,
) -> bool:  # fmt: skip
    if not isinstance(expected, Matcher):
        findings = ask(replace(planned, expected=expected))
        found += findings
        return not findings
    if expected.kind == "all":
        return all(
            _holds(one, planned, facts, ask, found, negated=negated) for one in expected.value
        )
    if expected.kind == "not":
        inner: list[Finding] = []
        if _holds(expected.value, planned, facts, ask, inner, negated=not negated):
            return False
        found += inner
        return True
    if expected.kind == "one_of":
        return _one_of(expected, planned, facts, ask, found, negated=negated)
    check = find(planned.check)
    if expected.kind == "condition" and check.compares:
        findings = ask(replace(planned, expected=expected))
        found += findings
        return not findings
    value = _value(planned, facts)
    endless = value is not None and value == check.endless
    value = value.most if negated and isinstance(value, Graded) else value
    return fulfils(value, expected, endless=endless)


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
    """Return what the row has; the plan has seen to it that there is such a field."""
    row, check = planned.subject and facts.row(planned.subject), find(planned.check)
    if check.value is not None:
        return check.value(*given(check.value_needs, planned, facts))
    return getattr(row, check.field)


def _shown(planned: Planned, facts: Facts) -> str:
    row, check = planned.subject and facts.row(planned.subject), find(planned.check)
    if row is None or not (check.value or check.field in getattr(row, "_fields", ())):
        return "it is"
    value = _value(planned, facts)
    if value is not None and value == check.endless:
        return f"{value}, which means that none is set"
    value = value.there if isinstance(value, Graded) else value
    return shown(value) if value not in (None, "", (), []) else "nothing"
