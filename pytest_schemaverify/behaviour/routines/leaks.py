"""Rows of others that an identity gets, or changes, by calling a function."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from psycopg import Connection

from pytest_schemaverify.behaviour.access.budget import Budget, Calls
from pytest_schemaverify.behaviour.access.cursors import fetched
from pytest_schemaverify.behaviour.access.identities import (
    Identity,
    Outcome,
    acting,
    become_administrator,
    ran,
)
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.catalog import Catalog

from .calls import Value, call
from .changed_rows import Changed, Judge, changed
from .definers import Around, Definer, tables_of
from .hidden_rows import Secrets, hidden, places
from .hostile_arguments import arguments, mild

SHOWN = 2
"""Rows that a leak shows."""
_DENIALS = ("P0001", "42501", "28000", "P0002", "P0003")
"""What a function raises that does not want to be called like that."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A call by which an identity reached a row that is not its own."""

    function: str
    identity: str
    statement: str
    told: tuple[str, ...] = ()
    """Rows that it returned, or told of in an error."""
    deed: str = ""
    """What it did to a row that the identity may not do: `deletes a row of public.notes`."""
    row: str = ""
    """That row."""
    tables: tuple[str, ...] = ()
    """Tables of the rows that it told of."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of calling one function as each identity that can."""

    function: str
    leaks: tuple[Leak, ...]
    callers: tuple[str, ...]
    answered: bool
    """Whether any call ran to its end, or the function itself refused one."""
    refusal: str = ""
    """What the server said otherwise."""
    empty: Mapping[str, str] = field(default_factory=dict)
    """Tables that it names and for which no rows could be made, and why."""
    bound: str = ""
    """Which bound kept it from answering an identity at all, or some calls from being made."""


def tried(
    connection: Connection[Any], catalog: Catalog, definer: Definer, around: Around,
    known: dict[str, Secrets], problems: Mapping[str, str], budget: Budget,
) -> Tried:  # fmt: skip
    """Return what comes of calling a function with hostile arguments; all of it is undone."""
    tables = tables_of(catalog, around, [definer.function])
    trial = _Trial(connection, catalog, definer, Calls(connection, budget), tables)
    leaks: list[Leak] = []
    # Who sees and changes everything anyway is given nothing.
    callers = [one for one in definer.callers if not one.bypasses_rls]
    for identity in callers:
        if identity.name not in known:
            known[identity.name] = hidden(connection, catalog, around.schemas, identity)
        secrets = known[identity.name]
        listed = arguments(connection, catalog, definer.function, secrets)
        found = trial.leak(identity, secrets, listed)
        if found is not None:
            leaks.append(found)
    names = tuple(one.name for one in callers)
    source = definer.function.source
    empty = {table: why for table, why in problems.items() if table.rpartition(".")[2] in source}
    return Tried(
        definer.name, tuple(leaks), names, trial.answered, trial.refusal, empty, trial.bound
    )


@dataclass(slots=True)
class _Trial:
    """The calls of one function."""

    connection: Connection[Any]
    catalog: Catalog
    definer: Definer
    calls: Calls
    tables: list[Table]
    answered: bool = False
    refusal: str = ""
    mild: bool = False
    """Whether an argument without an end was too much for it."""
    missed: set[tuple[Value, ...]] = field(default_factory=set)
    """Arguments with which a call has met a bound; others try them where nothing else helps."""
    silent: list[str] = field(default_factory=list)
    """Identities that it has not answered, because of a bound."""
    before: dict[Table, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.before = {table: places(self.connection, table) for table in self.tables}

    @property
    def bound(self) -> str:
        """Which bound kept it from answering an identity at all, or some calls from being made."""
        if self.silent:
            return f"{self.calls.bound}, as {' and '.join(self.silent)}"
        given_up = self.calls.given_up
        return f"{given_up}, with some arguments, and others were not tried" if given_up else ""

    def leak(
        self, identity: Identity, secrets: Secrets, listed: Iterable[list[Value]]
    ) -> Leak | None:
        """Return the first call that shows or changes what the identity must not see."""
        heard = False
        names = {sub: one.name for one in self.definer.callers if (sub := one.claim("sub"))}
        judge = Judge(self.connection, self.catalog, identity, secrets, names)
        known: set[tuple[Value, ...]] = set()
        every = [*listed]
        missed = [values for values in every if tuple(values) in self.missed]
        # Calls that have met a bound cost their whole time, so they come last, and only where no
        # other was answered.
        for values in (*(one for one in every if one not in missed), *missed):
            if heard and values in missed:
                continue
            outcome, changes = self._answer(identity, values, known)
            if outcome is None:
                continue
            denied = outcome.state in _DENIALS
            told = denied or (outcome.done and self._called(values))
            heard = heard or told
            self.answered = self.answered or told
            self.refusal = self.refusal or ("" if outcome.done else str(outcome))
            found = _leaks(self.definer, judge, outcome, changes)
            if (one := next(found, None)) is not None:
                return one
        if not heard and self.calls.bound:
            self.silent.append(identity.name)
        return None

    def _answer(
        self, identity: Identity, values: list[Value], known: set[tuple[Value, ...]]
    ) -> tuple[Outcome | None, list[Changed]]:
        """Return the outcome of a call and what is another after it; None if there is none.

        A call that goes on for ever with arguments that have no end is made with some that have.
        """
        milder = mild(values)
        for chosen in (milder,) if self.mild else (values, milder):
            if tuple(chosen) in known or not self.calls.may():
                continue
            known.add(tuple(chosen))
            endless = chosen != milder
            caller = (
                identity.with_statement_timeout(self.calls.budget.bounds.endless)
                if endless
                else identity
            )
            found = self.calls.made(partial(self._call, caller, chosen), counts=not endless)
            if found is not None:
                return found
            if endless:
                self.mild = True
            else:
                self.missed.add(tuple(chosen))
        return None, []

    def _call(self, identity: Identity, values: list[Value]) -> tuple[Outcome, list[Changed]]:
        function = self.definer.function
        with acting(self.connection, identity):
            outcome = ran(self.connection, call(function, values))
            if function.returns.lower().endswith("refcursor"):
                outcome = fetched(self.connection, outcome)
            # The server lets no other function write (0A000).
            if not outcome.done or function.volatility != "volatile":
                return outcome, []
            become_administrator(self.connection)
            return outcome, changed(self.connection, self.catalog, self.before)

    def _called(self, values: list[Value]) -> bool:
        """Return whether a call could have returned rows, or changed some.

        With NULL a strict function is not called, and others compare nothing.
        """
        return all(text is not None for _, text in values)


def _leaks(
    definer: Definer, judge: Judge, outcome: Outcome, changes: list[Changed]
) -> Iterator[Leak]:
    answer = outcome.rows if outcome.done else ((outcome.message,),)
    who = judge.identity.name
    # What was sent comes back in many an answer, and tells nothing.
    told = [
        (secret, values)
        for secret, values in judge.secrets.told(answer)
        if any(value not in outcome.statement for value in values)
    ]
    if told:
        shown = tuple(secret.shown(values) for secret, values in told[:SHOWN])
        tables = tuple(sorted({secret.table for secret, _ in told}))
        yield Leak(definer.name, who, outcome.statement, shown, tables=tables)
    for deed in judge.deeds(outcome.statement, changes):
        yield Leak(definer.name, who, outcome.statement, deed=deed.what, row=deed.row)
