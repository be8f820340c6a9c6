"""SQL that is smuggled into a function by its arguments."""

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from psycopg import Connection

from pytest_schemaverify.behaviour.access.budget import Budget, Calls
from pytest_schemaverify.behaviour.access.identities import (
    Identity,
    Outcome,
    acting,
    become_administrator,
    ran,
)
from pytest_schemaverify.behaviour.access.rows.values import in_double_quotes

from .calls import Value, call, plain_arguments
from .definers import Definer
from .uncalled_functions import Uncalled

CANARY = "schemaverify.canary"
_SING = f"pg_catalog.set_config('{CANARY}', 'sung', true)"
PAYLOADS = (
    f"' || {_SING} || '",
    f"' || {_SING}) || '",
    f"'; select {_SING}; --",
    f"'); select {_SING}; --",
    f"; select {_SING}; --",
    f"pg_catalog.pg_class where {_SING} is not null --",
    f"pg_catalog.pg_class; select {_SING}; --",
    f"\" = '' or {_SING} is not null --",
    f'"; select {_SING}; --',
    f"{_SING} is not null",
    f"0 = 0 and {_SING} is not null",
    f"0 = 1 or {_SING} is not null",
    f"(select {_SING})",
    f"1, {_SING}",
    "'",
    '"',
    "%s %I %L",
)
"""Texts that end a literal, a name or a statement, and then let the canary sing."""
_TEXTS = frozenset({
    "text", "character varying", "character", "name", "json", "jsonb", "citext", "unknown",
})  # fmt: skip
_SYNTAX = re.compile(r"syntax error at or near|unterminated quoted|zero-length delimited")
_OTHER_SYNTAX = re.compile(r"tsquery|jsonpath|regular expression|json|range|array")
"""Languages of their own, in which a quote is wrong too."""


@dataclass(frozen=True, slots=True)
class Injection:
    """An argument that the function runs as SQL."""

    function: str
    identity: str
    argument: str
    payload: str
    statement: str
    ran: bool
    """Whether the smuggled SQL ran; otherwise the server tripped over the quote."""
    message: str = ""


def injected(
    connection: Connection[Any], definer: Definer, budget: Budget
) -> list[Injection | Uncalled]:
    """Return the arguments of a function by which SQL can be smuggled in; all of it is undone."""
    identity = next(iter(definer.callers), None)
    plain = plain_arguments(connection, definer.function)
    calls = Calls(connection, budget)
    found: list[Injection | Uncalled] = []
    for place, (type_, _) in enumerate(plain):
        if identity is None or type_.removesuffix("[]") not in _TEXTS:
            continue
        worst, made = _worst(connection, definer, identity, place, plain, calls)
        if worst is not None:
            found.append(worst)
        elif not made or calls.given_up:
            return [*found, Uncalled(definer.name, calls.bound)]
    return found


def _worst(
    connection: Connection[Any], definer: Definer, identity: Identity, place: int,
    plain: list[Value], calls: Calls,
) -> tuple[Injection | None, int]:  # fmt: skip
    """Return what comes of the worst payload for one argument, and how many calls were made."""
    worst, made, (type_, _) = None, 0, plain[place]
    for payload in PAYLOADS:
        values = [*plain]
        values[place] = (type_, _as(type_, payload))
        if not calls.may():
            break
        heard = calls.made(partial(_heard, connection, definer, identity, values))
        if heard is None:
            continue
        outcome, sung = heard
        made += 1
        one = _judged(definer, identity, place, payload, outcome, sung=sung)
        if one is not None and (worst is None or one.ran):
            worst = one
        if sung:
            break
    return worst, made


def _heard(
    connection: Connection[Any], definer: Definer, identity: Identity, values: list[Value]
) -> tuple[Outcome, bool]:
    """Return the outcome of a call, and whether the canary sang in it."""
    with acting(connection, identity):
        # Set first: to ask for a setting that was never set is an error (42704).
        connection.execute("select pg_catalog.set_config(%s, '', true)", [CANARY])
        outcome = ran(connection, call(definer.function, values))
        # An error undoes what was set, and nothing can be asked before the savepoint ends.
        if not outcome.done:
            return outcome, False
        become_administrator(connection)
        row = connection.execute("select pg_catalog.current_setting(%s)", [CANARY]).fetchone()
    return outcome, bool(row and row[0] == "sung")


def _judged(
    definer: Definer, identity: Identity, place: int, payload: str, outcome: Outcome, *, sung: bool
) -> Injection | None:
    # The server reads a quote as SQL only where the argument is part of a statement.
    tripped = outcome.state == "42601" and _SYNTAX.search(outcome.message)
    if not sung and (not tripped or _OTHER_SYNTAX.search(outcome.message)):
        return None
    names = [one.name for one in definer.function.parameters if one.mode not in ("out", "table")]
    argument = names[place] if place < len(names) and names[place] else f"${place + 1}"
    return Injection(
        definer.name, identity.name, argument, payload, outcome.statement, sung, outcome.message
    )


def _as(type_: str, payload: str) -> str:
    if type_.endswith("[]"):
        return f"{{{in_double_quotes(payload)}}}"
    return in_double_quotes(payload) if type_ in ("json", "jsonb") else payload
