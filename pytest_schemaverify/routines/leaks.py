"""Rows of others that somebody gets, or changes, by calling a function."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection

from pytest_schemaverify.access.identities import Identity, Outcome, acting, oneself, ran
from pytest_schemaverify.catalog import Catalog

from .definers import Definer, call, tables_of
from .hostile import arguments
from .secrets import Secrets, hidden, versions

SHOWN = 2
_DENIALS = ("P0001", "42501", "28000", "P0002", "P0003")
"""What a function raises that does not want to be called like that."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A call by which somebody reached what is not theirs."""

    function: str
    identity: str
    statement: str
    told: tuple[str, ...] = ()
    """Rows that it returned, or told of in an error."""
    changed: str = ""
    """Table in which it changed a row of others."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of calling one function as everybody who can."""

    function: str
    leaks: tuple[Leak, ...]
    callers: tuple[str, ...]
    answered: bool
    """Whether any call ran to its end, or the function itself refused one."""
    refusal: str = ""
    """What the server said otherwise."""
    empty: Mapping[str, str] = field(default_factory=dict)
    """Tables that it names and for which no rows could be made, and why."""


def tried(
    connection: Connection[Any], catalog: Catalog, definer: Definer, scope: frozenset[str],
    known: dict[str, Secrets], problems: Mapping[str, str],
) -> Tried:  # fmt: skip
    """Return what comes of calling a function with hostile arguments; all of it is undone."""
    leaks: list[Leak] = []
    tables = tables_of(catalog, scope, [definer.function])
    before = versions(connection, tables)
    writes = definer.function.volatility == "volatile"
    answered, denied, refusal = False, False, ""
    for identity in definer.callers:
        if identity.bypasses_rls:
            continue
        if identity.name not in known:
            known[identity.name] = hidden(connection, catalog, scope, identity)
        secrets = known[identity.name]
        for values in arguments(connection, catalog, definer.function, secrets):
            statement = call(definer.function, values)
            with acting(connection, identity):
                outcome = ran(connection, statement)
                after = before
                if outcome.done and writes:
                    oneself(connection)
                    after = versions(connection, tables)
            answered = answered or outcome.done
            denied = denied or outcome.state in _DENIALS
            refusal = refusal or ("" if outcome.done else str(outcome))
            found = next(_leaks(definer, identity, outcome, secrets, before, after), None)
            if found is not None:
                leaks.append(found)
                break
    names = tuple(one.name for one in definer.callers)
    source = definer.function.source
    empty = {table: why for table, why in problems.items() if table.rpartition(".")[2] in source}
    return Tried(definer.name, tuple(leaks), names, answered or denied, refusal, empty)


def _leaks(
    definer: Definer, identity: Identity, outcome: Outcome, secrets: Secrets,
    before: dict[str, set[str]], after: dict[str, set[str]],
) -> Iterator[Leak]:  # fmt: skip
    answer = outcome.rows if outcome.done else ((outcome.message,),)
    # What was sent comes back in many an answer, and tells nothing.
    told = [
        secret.shown(values)
        for secret, values in secrets.told(answer)
        if any(value not in outcome.statement for value in values)
    ]
    if told:
        shown = tuple(told[:SHOWN])
        yield Leak(definer.name, identity.name, outcome.statement, shown)
    hidden_places = {(one.table, one.key) for one in secrets.rows}
    for table, places in before.items():
        gone = places - after.get(table, set())
        if any((table, place) in hidden_places for place in gone):
            yield Leak(definer.name, identity.name, outcome.statement, changed=table)
