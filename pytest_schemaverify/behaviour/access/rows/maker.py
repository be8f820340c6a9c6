"""Rows that a table takes, made from what the catalog says about it.

As administrator, with triggers as they are: parents first, then the columns that must have a
value, then what the server's refusals say is still wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.identities import Identity, administered
from pytest_schemaverify.behaviour.access.rows.insertion import Insertion, existing
from pytest_schemaverify.behaviour.access.rows.row import Circle, Row
from pytest_schemaverify.behaviour.access.rows.supply import Supply
from pytest_schemaverify.behaviour.access.statements import (
    Made,
    Table,
    Values,
    impossible,
    named,
    returned,
    where,
)
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds.constraints.row import Constraint


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
    _making: list[Row] = field(default_factory=list)
    _deferred: set[tuple[str, str]] = field(default_factory=set)
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
        values = dict(given or {})
        try:
            return self._make(table, {**values}, label, "", keep=False)
        except Circle:
            # Rows that need one another are there once; the draft refers to what they refer to.
            self._make(table, {**values}, label, "", keep=True)
            return self._make(table, {**values}, label, "", keep=False)

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
        self, table: Table, values: dict[str, str | None], label: str, whose: str,
        *, keep: bool, needed: frozenset[str] = frozenset(),
    ) -> Made:  # fmt: skip
        row = self.begun(table, values, label, whose)
        row.keep, row.needed = keep, needed
        insertion = Insertion(row, self.tokens.get(label))
        self._making.append(row)
        try:
            row.complete()
            made = insertion.made(keep=keep)
        finally:
            self._making.pop()
        if keep and not insertion.found:
            self.made.append(made)
        for key in row.owed:
            self._pay(row, key, made)
        for name, always in row.deferred.items():
            if not always:
                self._deferred.add((table[0], name))
        if not self._making:
            self._settle(table)
        return made

    def _pay(self, row: Row, key: Constraint, made: Made) -> None:
        """Make the row that another refers to already, and which refers to that one itself."""
        assert key.references is not None
        pairs = zip(key.columns, key.references[2], strict=True)
        given = {to: row.values[name] for name, to in pairs}
        owner = self.owners.get(row.table)
        for wanted in ({}, {owner: made.row[owner]}) if owner else ({},):
            self.parents[row.table, frozenset(wanted.items()), row.label] = made
        self.parents[key.references[:2], frozenset(), row.label] = self._make(
            key.references[:2], given, row.label, row.whose, keep=True
        )

    def _settle(self, table: Table) -> None:
        """Have the keys checked that were deferred until all rows are there, and later ones too."""
        if not self._deferred:
            return
        statement = sql.SQL("set constraints {} immediate").format(
            sql.SQL(", ").join(sql.Identifier(*one) for one in sorted(self._deferred))
        )
        self._deferred.clear()
        try:
            administered(self.connection, statement)
        except psycopg.errors.IntegrityError as error:
            raise impossible(table, error.diag.message_primary or str(error)) from None

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
        return table not in {row.table for row in self._making} and self.owned(table)

    def parent(
        self, table: Table, given: Values, label: str, whose: str = "", *,
        fresh: bool = False, needed: frozenset[str] = frozenset(),
    ) -> Made:  # fmt: skip
        """Return a row that another refers to: one that is there, one made before, or a new one.

        Each label has its own: what two people share they may both see. Where no more rows can be
        made, that of another label has to do, or one that was there before.
        """
        if given:
            found = existing(self.connection, self.catalog, table, given)
            if found is not None:
                return found
        known = (table, frozenset(given.items()), label)
        before = self.parents.get(known)
        if before and not fresh and all(before.row.get(name, "") is not None for name in needed):
            return before
        for row in reversed(self._making):
            if row.table == table:
                raise Circle(row, [*(one.table for one in self._making), table])
        try:
            made = self._make(table, dict(given), label, whose, keep=True, needed=needed)
        except Circle:
            raise
        except CannotDetermine:
            # A table that holds one row only, such as settings, has none for a second label.
            alike = [one for key, one in self.parents.items() if key[:2] == known[:2]]
            found = alike[0] if alike else self._there(table, given)
            if fresh or found is None:
                raise
            made = found
        self.parents[known] = made
        return made

    def _there(self, table: Table, given: Values) -> Made | None:
        """Return a row that is there and belongs to nobody else, as those of a lookup table."""
        if self.owned(table) and self.owners.get(table) not in given:
            return None
        statement = sql.SQL("select {} from {}{} limit 1").format(
            returned(self.catalog, table), sql.Identifier(*table), where(self.catalog, table, given)
        )
        answer = administered(self.connection, statement)
        if not answer.rows:
            return None
        return Made(table, dict(given), named(answer.columns or (), answer.rows[0]))
