"""Rows that a table takes, made from what the catalog says about it.

As administrator, with triggers as they are: parents first, then the columns that must have a
value, then what the server's refusals say is still wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection

from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.rows.insertion import Insertion, existing
from pytest_schemaverify.behaviour.access.rows.row import Row
from pytest_schemaverify.behaviour.access.rows.supply import Supply
from pytest_schemaverify.behaviour.access.statements import Made, Table, Values, impossible
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.sql import names


@dataclass(slots=True)
class Maker:
    """Makes rows in one database, on a connection of its administrator inside a transaction.

    `owners` says which column of a table holds its owner: the parents of an owner's row are
    made to be that owner's as well; where it does not, a new owner is made.
    """

    connection: Connection[Any]
    catalog: Catalog
    owners: Mapping[Table, str] = field(default_factory=dict)
    usual: Mapping[tuple[str, Table], Values] = field(default_factory=dict)
    """What columns of an owner's rows have, by label and table, as far as constraints let them."""
    tokens: Mapping[str, Identity] = field(default_factory=dict)
    """Who is there for triggers that want to know, where rows cannot be made without, by label."""
    made: list[Made] = field(default_factory=list)
    """Every row, in order; parents before their children."""
    parents: dict[tuple[Table, frozenset[tuple[str, str | None]], str], Made] = field(
        default_factory=dict
    )
    """Rows that others refer to, by their table, the values that were wanted, and the label."""
    supply: Supply = field(init=False)
    _making: list[Table] = field(default_factory=list)
    _owned: dict[Table, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.supply = Supply(self.connection)

    def row(
        self, table: Table, given: Values | None = None, label: str = "somebody", whose: str = ""
    ) -> Made:
        """Insert a row with at least these values and return it.

        Texts that were not asked for say `label`. `whose` is the value of the owner of all rows
        that it refers to, directly or not, in tables with owners. Raises CannotDetermine that
        names the constraint, the trigger or the type that could not be satisfied.
        """
        return self._make(table, dict(given or {}), label, whose, keep=True)

    def draft(self, table: Table, given: Values | None = None, label: str = "somebody") -> Made:
        """Return a row that the table takes; its parents are there, the row itself is not.

        For an insert that an identity is to try. Raises CannotDetermine as `row` does.
        """
        return self._make(table, dict(given or {}), label, "", keep=False)

    def owned(self, table: Table) -> bool:
        """Return whether rows of a table have an owner, by themselves or by what they refer to."""
        if table not in self._owned:
            reached = [table]
            for one in reached:  # which grows
                reached += [
                    row.references[:2] for row in self.catalog.of_table("constraints", *one)
                    if row.references and row.references[:2] not in reached
                ]  # fmt: skip
            self._owned[table] = not self.owners.keys().isdisjoint(reached)
        return self._owned[table]

    def _make(
        self, table: Table, values: dict[str, str | None], label: str, whose: str, *, keep: bool
    ) -> Made:
        if table in self._making:
            circle = " → ".join(names.quoted(*one) for one in (*self._making, table))
            raise impossible(table, f"its rows need one another: {circle}")
        self._making.append(table)
        try:
            insertion = Insertion(self.begun(table, values, label, whose), self.tokens.get(label))
            insertion.row.complete()
            made = insertion.made(keep=keep)
        finally:
            self._making.pop()
        if keep and not insertion.found:
            self.made.append(made)
        return made

    def begun(
        self, table: Table, values: dict[str, str | None], label: str, whose: str = ""
    ) -> Row:
        """Return a row with these values, before it has others and before it is inserted."""
        usual = self.usual.get((label, table), {})
        return Row(
            self.connection, self.catalog, table, values, label, whose, self.owners, usual,
            self.supply, self.parent, self._leads_to,
        )  # fmt: skip

    def _leads_to(self, table: Table) -> bool:
        """Return whether a table's rows have owners and one of them can be made at this moment."""
        return table not in self._making and self.owned(table)

    def parent(
        self, table: Table, given: Values, label: str, whose: str = "", *, fresh: bool = False
    ) -> Made:
        """Return a row that another refers to: one that is there, one made before, or a new one.

        Each label has its own: what two people share they may both see. Where no more rows can be
        made, that of another label has to do.
        """
        if given:
            found = existing(self.connection, self.catalog, table, given)
            if found is not None:
                return found
        wanted = frozenset(given.items())
        known = (table, wanted, label)
        if fresh or known not in self.parents:
            # A table that holds one row only, such as settings, has none for a second label.
            alike = [made for key, made in self.parents.items() if key[:2] == known[:2]]
            try:
                self.parents[known] = self.row(table, given, label, whose)
            except CannotDetermine:
                if fresh or not alike:
                    raise
                self.parents[known] = alike[0]
        return self.parents[known]
