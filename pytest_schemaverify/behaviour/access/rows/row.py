"""One row that a table shall take: its values, and the rows that its foreign keys refer to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from psycopg import Connection

from pytest_schemaverify.behaviour.access.rows.supply import Supply
from pytest_schemaverify.behaviour.access.statements import Made, Table, Values, type_name
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.kinds.constraints.row import Constraint


class Parents(Protocol):
    """Returns the row of another table that a row refers to; `fresh` wants a new one."""

    def __call__(
        self, table: Table, given: Values, label: str, whose: str = "", *, fresh: bool = False
    ) -> Made:
        """Return a row with the `given` values. Raises CannotDetermine where there can be none."""


@dataclass(slots=True)
class Row:
    """A row that is about to be made."""

    connection: Connection[Any]
    catalog: Catalog
    table: Table
    values: dict[str, str | None]
    label: str
    whose: str
    """Value of the owner that all rows have that it refers to; "" where rows have no owner."""
    owners: Mapping[Table, str]
    """The column of each table that holds the owner, where one does."""
    usual: Values
    """What such a row has as far as constraints let it."""
    supply: Supply
    parent: Parents
    leads_to: Callable[[Table], bool]
    """Returns whether a table's rows have owners and one of them can be made at this moment."""
    fixed: frozenset[str] = field(init=False)
    """Columns whose values were asked for, and stay."""
    columns: dict[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        rows = self.catalog.of_table("columns", *self.table)
        self.columns = {column.name: column for column in rows}
        self.fixed = frozenset(self.values)
        for name, text in self.usual.items():
            self.values.setdefault(name, text)

    def complete(self) -> None:
        """Give a value to each column that needs one. Raises CannotDetermine.

        Foreign keys come first: a column of one has what the row has to which it refers.
        """
        wanted = [c for c in self.columns.values() if _wanted(c) and c.name not in self.values]
        parents = {name for key in self.foreign_keys() for name in key.columns}
        for key in self.foreign_keys():
            if all(self.bound(name) for name in key.columns) or self.leads(key):
                self.refer(key)
        for column in wanted:
            if column.name not in self.values and column.name not in parents:
                self.fill(column.name)

    def foreign_keys(self) -> list[Constraint]:
        """Return the foreign keys of the table."""
        rows = self.catalog.of_table("constraints", *self.table)
        return [row for row in rows if row.kind == "foreign key" and row.references]

    def bound(self, name: str) -> bool:
        """Return whether a column of the row will have a value."""
        if name in self.values:
            return self.values[name] is not None
        return not self.columns[name].nullable

    def leads(self, key: Constraint) -> bool:
        """Return whether a foreign key says whose the row is."""
        if not self.whose or not key.references or self.table in self.owners:
            return False
        return self.fixed.isdisjoint(key.columns) and self.leads_to(key.references[:2])

    def refer(self, key: Constraint, *, fresh: bool = False) -> None:
        """Have the row that a foreign key refers to."""
        assert key.references is not None
        table = key.references[:2]
        pairs = list(zip(key.columns, key.references[2], strict=True))
        given = {to: self.values[name] for name, to in pairs if self.settled(name, fresh)}
        owner, own = self.owners.get(table), self.owners.get(self.table)
        if owner and (self.whose or own in self.values) and owner not in {to for _, to in pairs}:
            given[owner] = self.whose or self.values[own or ""]
        parent = self.parent(table, given, self.label, self.whose, fresh=fresh)
        self.values |= {name: parent.row[to] for name, to in pairs}

    def settled(self, name: str, fresh: bool) -> bool:
        """Return whether a column has a value already that may not change."""
        return self.values.get(name) is not None and (not fresh or name in self.fixed)

    def fill(self, name: str) -> None:
        """Give a column a value of its type."""
        self.values[name] = self.supply.value(self.columns[name].type, f"{name} of {self.label}")


def _wanted(column: Column) -> bool:
    """Return whether a column needs a value, or is a vector, which search functions look at."""
    if column.generated is not None or column.identity or column.default is not None:
        return False
    return not column.nullable or type_name(column.type) in ("vector", "halfvec", "sparsevec")
