"""Whether what an identity achieved is what the file expects."""

from collections.abc import Iterator
from typing import Any

from pytest_schemaverify.behaviour.access.trying.attempts import Attempt, Observed
from pytest_schemaverify.behaviour.access.wording import (
    DOES,
    at_most,
    broken_policy,
    how_to_repeat,
    lasting_identity,
    shown,
    what_came,
    what_was_reached,
)
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding, counted_rows


def judged(expected: Any, observed: Observed, command: str) -> Iterator[Finding]:
    """Yield what differs. Raises CannotDetermine where a pass would prove nothing."""
    _require_power(observed)
    if not observed.total and command != "insert":
        yield Finding(
            expected=f"{shown(expected)}, tried on rows that are there",
            actual=f"{observed.relation} has no row, so nobody can reach one",
            hint="give rows under `access.given`, or let them be made: `generate: true`",
        )
        return
    broken = [one for one in observed.main if observed.kind(one) == "broken"]
    if broken:
        yield broken_policy(expected, observed, broken[0])
        return
    if expected == "own":
        yield from _own(observed, command)
    elif expected == "nothing":
        _require_own(observed, command)
        yield from _leaks(expected, observed, command)
        _require_possible(observed)
    elif expected == "all":
        yield from _all(observed, command)
    elif "rows" in expected:
        yield from _count(expected, observed, command)
    else:
        yield from _error(expected, observed, command)


def _require_power(observed: Observed) -> None:
    if observed.power and not observed.identity.bypasses_rls:
        raise CannotDetermine(
            f"acting as {observed.identity.name}",
            because=f"{observed.power}: row-level security does not hold for it, so nothing that "
            "it can or cannot do tells anything about the policies",
            remedy="name the role that the API uses, force the security of the table, or, if this "
            "is meant, say `bypasses_rls: true` of the identity",
        )
    if observed.identity.bypasses_rls and not observed.power:
        raise CannotDetermine(
            f"acting as {observed.identity.name}",
            because=f"it says `bypasses_rls: true`, and the role {observed.identity.role} is "
            f"subject to the row-level security of {observed.relation}",
            remedy="remove it",
        )


def _require_possible(observed: Observed) -> None:
    """See that the administrator could have done what was denied."""
    for one in observed.main:
        if one.possible and not one.reached:
            raise CannotDetermine(
                f"denying {observed.identity.name} the {one.name}",
                because=f"it fails as administrator too: {one.possible}",
                remedy="give rows under `access.given` on which it can be done",
            )


def _require_own(observed: Observed, command: str) -> None:
    """See that who is to reach nothing has something that could have been reached."""
    if observed.can_own and not observed.own and not observed.indirect and command != "insert":
        raise CannotDetermine(
            f"denying {observed.identity.name} its own rows of {observed.relation}",
            because="there is no row of its own",
            remedy="give rows under `access.given`, or let them be made: `generate: true`",
        )


def _own(observed: Observed, command: str) -> Iterator[Finding]:
    name, relation = observed.identity.name, observed.relation
    if not observed.can_own:
        raise CannotDetermine(
            f"telling which rows of {relation} are {name}'s own",
            because="it has no claim or setting that the owner's column is compared with",
            remedy="give it the claim, or expect `nothing`",
        )
    if command not in ("insert", "call") and not (observed.own and observed.total > observed.own):
        whose = "of its own" if not observed.own else "of somebody else"
        raise CannotDetermine(
            f"telling {name}'s own rows of {relation} from others",
            because=f"there is no row {whose}",
            remedy="give rows under `access.given`, or let them be made: `generate: true`",
        )
    yield from _leaks("own", observed, command)
    told_apart = {"insert": 1, "call": 1, "select": observed.own}
    main = [one for one in observed.main if "own" in one.name or command in ("select", "call")]
    for one in main:
        wanted = told_apart.get(command, observed.mine if one.of is None else one.of)
        if one.own < wanted:
            if one.possible:
                _require_possible(observed)
            yield Finding(
                expected=f"own: {name} {DOES[command]} its own {counted_rows(wanted)}",
                actual=what_came(one, observed),
                identity=lasting_identity(f"own: {name} {DOES[command]} too little", one, observed),
                hint=how_to_repeat(one, observed),
            )
    _require_possible(observed)


def _all(observed: Observed, command: str) -> Iterator[Finding]:
    for one in observed.main:
        wanted = _wanted(one, observed, command)
        if one.reached < wanted:
            name = observed.identity.name
            yield Finding(
                expected=f"all: {name} {DOES[command]} {counted_rows(wanted)}",
                actual=what_came(one, observed),
                identity=lasting_identity(f"all: {name} {DOES[command]} too little", one, observed),
                hint=how_to_repeat(one, observed),
            )


def _wanted(one: Attempt, observed: Observed, command: str) -> int:
    if command == "insert":
        return 1
    if command in ("select", "call"):
        return observed.total
    if one.of is not None:
        return one.of
    return observed.mine if "own rows" in one.name else observed.others


def _count(expected: Any, observed: Observed, command: str) -> Iterator[Finding]:
    wanted = expected["rows"]
    reached = sum(max(one.reached, one.outcome.count) for one in observed.main)
    if reached != wanted:
        yield Finding(
            expected=f"rows: {wanted}",
            identity="; ".join(
                lasting_identity(
                    f"rows: {wanted}, {'fewer' if reached < wanted else 'more'}", one, observed
                )
                for one in observed.main
            ),
            actual=f"{observed.identity.name} {DOES[command]} {counted_rows(reached)}"
            + "".join(
                f"; {one.name}: {one.outcome}" for one in observed.main if not one.outcome.done
            ),
            hint="\n".join(how_to_repeat(one, observed) for one in observed.main[:1]),
        )


def _error(expected: Any, observed: Observed, command: str) -> Iterator[Finding]:
    wanted = expected["error"] if isinstance(expected, dict) else "42501"
    yield from _leaks("error", observed, command)
    for one in observed.main:
        if one.outcome.state != wanted and not one.others:
            silently = one.outcome.done and not one.reached
            came_to = "silently nothing: 0 rows and no error" if silently else str(one.outcome)
            yield Finding(
                expected=f"error: the {one.name} is refused (SQLSTATE {wanted})",
                actual=came_to,
                identity=lasting_identity(f"error: {wanted}", one, observed),
                hint=how_to_repeat(one, observed),
            )
            break
    _require_possible(observed)


def _leaks(expected: str, observed: Observed, command: str) -> Iterator[Finding]:
    """Yield each way in which more was reached than is the identity's own."""
    name = observed.identity.name
    said = set()
    for one in observed.attempts:
        own, others = (0, one.others) if expected == "own" else (one.own, one.others + one.shared)
        if one.told and one.by not in observed.reveals:
            yield Finding(
                expected=f"{expected}: {name} learns and changes nothing of others",
                actual=f"{name} {one.told}",
                identity=f"{expected}: {name} learns by {one.name}, {one.by}",
                hint=how_to_repeat(one, observed),
            )
        if not (others or own) or (others, own) in said:
            continue
        said.add((others, own))
        yield Finding(
            expected=at_most(expected, observed, command),
            actual=what_was_reached(one, observed, command, own, others),
            identity=f"{at_most(expected, observed, command)}: {one.name}"
            f"{', own' if own else ''}{', others' if others else ''}",
            hint=how_to_repeat(one, observed),
        )
