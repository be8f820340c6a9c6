"""What a failure says about what an identity achieved."""

from typing import Any

from pytest_schemaverify.behaviour.access.trying.attempts import Attempt, Observed, written
from pytest_schemaverify.findings import Finding, counted_rows, lasting

DOES = {
    "select": "sees",
    "insert": "adds",
    "update": "changes",
    "delete": "deletes",
    "call": "gets",
}
"""What an identity does to a row, by the command."""


def shown(expected: Any) -> str:
    """Return an expectation as the file has it."""
    if isinstance(expected, dict):
        [(key, value)] = expected.items()
        return f"{key}: {value}"
    return str(expected)


def at_most(expected: str, observed: Observed, command: str) -> str:
    """Return how much an expectation lets the identity reach."""
    name, does = observed.identity.name, DOES[command]
    if expected == "own":
        return f"own: {name} {does} no row but its own"
    return f"{expected}: {name} {does} no row"


def what_was_reached(one: Attempt, observed: Observed, command: str, own: int, others: int) -> str:
    """Return which rows an attempt reached, with some of them in lines of their own."""
    name = observed.identity.name
    verb = "empties the table:" if one.name == "truncate" else DOES[command]
    parts = []
    if own:
        parts.append(f"{counted_rows(own)} of its own")
    if others:
        parts.append(f"{counted_rows(others)} {'of others' if observed.owned else ''}".rstrip())
    lines = [f"{name} {verb} {' and '.join(parts)}", *one.shown]
    if len(one.shown) < others and one.shown:
        lines.append("…")
    return "\n".join(lines)


def what_came(one: Attempt, observed: Observed) -> str:
    """Return how an attempt ended that reached too little."""
    means = observed.kind(one)
    if means == "refused":
        return f"refused: {one.outcome}"
    if means == "policy":
        return f"kept from it by a policy: {one.outcome}"
    if means == "raised":
        return f"an error is raised: {one.outcome}"
    if means == "done" and not one.reached:
        return f"silently nothing: 0 of {counted_rows(observed.total)}, and no error"
    if means == "done":
        return f"{counted_rows(one.reached)}"
    return str(one.outcome)


def broken_policy(expected: Any, observed: Observed, one: Attempt) -> Finding:
    """Return the finding for an attempt at which a policy failed with an error."""
    return Finding(
        expected=f"{shown(expected)}, an answer of the policies",
        actual=f"an error inside a policy, or in what it calls: {one.outcome}",
        identity=lasting_identity(f"{shown(expected)}: an error inside a policy", one, observed),
        hint=how_to_repeat(one, observed),
    )


def lasting_identity(wrong: str, one: Attempt, observed: Observed) -> str:
    """Return what is wrong and how it came to that, without numbers and values of rows."""
    answer = "" if one.outcome.done else f", {lasting(one.outcome)}"
    some = "some" if one.reached else "none"
    return f"{wrong}: {one.name}, {observed.kind(one)}, {some}{answer}"


def how_to_repeat(one: Attempt, observed: Observed) -> str:
    """Return an attempt with the statements that repeat it in psql."""
    return f"{one.name}:\n{written(observed.identity, one.outcome)}"
