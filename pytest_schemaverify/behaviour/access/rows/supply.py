"""Values for columns and arguments, each unlike those before it."""

from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection

from pytest_schemaverify.behaviour.access.rows import solver
from pytest_schemaverify.behaviour.access.rows.conditions import Condition
from pytest_schemaverify.behaviour.access.rows.hints import hints
from pytest_schemaverify.behaviour.access.rows.kinds import Kinds
from pytest_schemaverify.behaviour.access.rows.values import candidates
from pytest_schemaverify.behaviour.access.statements import Table


@dataclass(slots=True)
class Supply:
    """The values that are given out in one database."""

    connection: Connection[Any]
    number: int = 1000
    """Counts up, so that no two values are alike."""
    conditions: dict[Table, list[Condition]] = field(default_factory=dict)
    """What rows of each table must satisfy, as far as that was asked for."""
    kinds: Kinds = field(init=False)

    def __post_init__(self) -> None:
        self.kinds = Kinds(self.connection)

    def next(self) -> int:
        """Return the next number."""
        self.number += 1
        return self.number

    def value(self, type_: str, label: str = "somebody") -> str | None:
        """Return a value of a type, as text; None where the checks of a domain let none through.

        `label` is what a text says.
        """
        number, kind = self.next(), self.kinds(type_)
        texts = [*candidates(kind, number, f"{label} {number}")]
        if checks := [*kind.all_checks]:
            texts += hints(checks, kind, number)
            texts = [one for one in solver.valid(self.connection, type_, texts) if one is not None]
        return texts[0] if texts else None
