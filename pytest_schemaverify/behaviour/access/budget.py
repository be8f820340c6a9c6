"""When calls of the user's functions are given up: what each met, and what all take together."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from psycopg import Connection

from pytest_schemaverify.databases.bounds import BOUNDS, Bounds
from pytest_schemaverify.databases.resource_bounds import BoundMet

T = TypeVar("T")


@dataclass(slots=True)
class Budget:
    """What all calls of one check take together."""

    bounds: Bounds = BOUNDS
    calls: int = 0
    seconds: float = 0.0

    @contextmanager
    def call(self) -> Iterator[None]:
        """Count a call and its time."""
        self.calls += 1
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds += time.monotonic() - started

    @property
    def spent(self) -> str:
        """Which bound on all calls together has been met, in words; "" while none has."""
        if self.calls >= self.bounds.calls:
            return f"{self.bounds.calls} others were tried before it"
        if self.seconds >= self.bounds.seconds:
            return f"what was tried before it took {self.bounds.seconds:g} s"
        return ""


@dataclass(slots=True)
class Calls:
    """The calls of one function by one check."""

    connection: Connection[Any]
    budget: Budget
    met: list[str] = field(default_factory=list)
    """The bounds that calls of it have met."""

    given_up: str = ""
    """Why a wanted call was not made, in words; "" if all wanted calls were made."""

    def may(self) -> bool:
        """Return whether another call may be made; if not, `given_up` says why from now on."""
        enough = len(self.met) >= self.budget.bounds.met
        reason = self.met[-1] if enough else self.budget.spent
        self.given_up = self.given_up or reason
        return not reason

    @property
    def bound(self) -> str:
        """Which bound kept some call from its end, in words; "" if none did."""
        return self.given_up or next(iter(self.met), "")

    def made(self, call: Callable[[], T], *, counts: bool = True) -> T | None:
        """Return the result of a call; None when it meets a bound, which is noted if it `counts`.

        Raises BoundMet when the connection was closed for it.
        """
        with self.budget.call():
            try:
                return call()
            except BoundMet as error:
                # Nothing more can be tried on a closed connection.
                if self.connection.closed:
                    raise
                if counts:
                    self.met.append(error.bound)
                return None
