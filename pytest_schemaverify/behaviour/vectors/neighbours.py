"""Rows with vectors that are near each other."""

from collections.abc import Mapping
from dataclasses import dataclass

from pytest_schemaverify.behaviour.access.rows.maker import Maker
from pytest_schemaverify.behaviour.access.statements import Values

from .memberships import Membership
from .vector_column import VectorColumn

ROWS = 6
"""Rows that are made for each identity, or in all."""


@dataclass(slots=True)
class Neighbours:
    """Makes rows with vectors that are near each other, in a copy of a database."""

    maker: Maker
    looked: VectorColumn
    owner: str = ""
    """Column of the table with the owner, if it has one."""
    membership: Membership | None = None
    """Who sees a row as a member of what it refers to, where it has no owner."""
    made: int = 0

    def rows(self, number: int, values: Mapping[str, str]) -> None:
        """Make so many for each owner, by its value with a name, or so many without an owner.

        Raises CannotDetermine when the table takes none.
        """
        column = self.looked.column.name
        for value, label in (values or {"": "somebody"}).items():
            of_member: Values = {}
            if self.membership is not None and value:
                of_member = self.membership.row(self.maker, value, label)
            for _ in range(number):
                near = _near(self.looked, self.made)
                given: dict[str, str | None] = {**of_member, column: near}
                if self.owner and value:
                    given[self.owner] = value
                self.maker.row(self.looked.table_key, given, label, value)
                self.made += 1


def _near(looked: VectorColumn, place: int) -> str:
    """Return one of many vectors in nearly the same direction, none like another."""
    type_ = looked.require_vectors()
    size = type_.dimensions or 3
    if type_.name == "bit":
        bits = format(place + 1, "b").zfill(size)
        return bits[-size:]
    if type_.name == "sparsevec":
        return f"{{1:1,2:{_little(place)}}}/{size}"
    numbers = ["1"] * size
    numbers[place % size] = f"{1 + _little(place)}"
    return f"[{','.join(numbers)}]"


def _little(place: int) -> float:
    """Return another number for each place, none above a fifth: no threshold leaves some out."""
    # It grows with the place and stays below 1/5 for any number of rows.
    return (place + 1) / (100 + 5 * place)


def example(looked: VectorColumn) -> str:
    """Return a vector of the column's type as text."""
    return _near(looked, 0)
