"""One row that a table shall take: its values, and the rows that its foreign keys refer to."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.identities import administered
from pytest_schemaverify.behaviour.access.rows.conditions import (
    PARTITION,
    Condition,
    conditions,
    sources,
)
from pytest_schemaverify.behaviour.access.rows.supply import Supply
from pytest_schemaverify.behaviour.access.statements import (
    Made,
    NoRow,
    Table,
    Values,
    impossible,
    type_name,
    where,
)
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.sql import names


class Parents(Protocol):
    """Returns the row of another table that a row refers to; `fresh` wants a new one."""

    def __call__(
        self, table: Table, given: Values, label: str, whose: str = "", *,
        fresh: bool = False, needed: frozenset[str] = frozenset(),
    ) -> Made:  # fmt: skip
        """Return a row with the `given` values, and with some in the columns that are `needed`.

        Raises CannotDetermine where there can be none.
        """


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
    needed: frozenset[str] = frozenset()
    """Columns that are referred to, and so must have a value."""
    parents: dict[tuple[str, bool], list[dict[str, str | None]]] = field(default_factory=dict)
    """What the columns of a foreign key may be, as far as that was asked for."""
    keep: bool = True
    """Whether the row stays; to one that does not, no other can refer."""
    deferred: dict[str, bool] = field(default_factory=dict)
    """Foreign keys that are checked later, and whether they always are."""
    owed: list[Constraint] = field(default_factory=list)
    """Foreign keys whose row is made after this one, for that refers to this one."""
    fixed: frozenset[str] = field(init=False)
    """Columns whose values were asked for, and stay."""
    columns: dict[str, Column] = field(init=False)

    @property
    def is_partitioned(self) -> bool:
        """Whether other tables hold the rows of the table, or it is a part of one."""
        found = self.catalog.find("tables", self.table)
        return found is not None and bool(found.partitioned_by or found.partition_of)

    def __post_init__(self) -> None:
        rows = self.catalog.of_table("columns", *self.table)
        self.columns = {column.name: column for column in rows}
        self.fixed = frozenset(self.values)
        for name, text in self.usual.items():
            self.values.setdefault(name, text)

    @property
    def conditions(self) -> list[Condition]:
        """What the row must satisfy when it is inserted."""
        known = self.supply.conditions
        if self.table not in known:
            known[self.table] = conditions(self.connection, self.catalog, self.table)
        return [one for one in known[self.table] if one.name not in self.deferred]

    def sources(self, name: str) -> frozenset[str]:
        """Return the columns that decide about one: itself, or what it is computed from."""
        return sources([name], self.columns)

    def complete(self) -> None:
        """Give a value to each column that needs one. Raises CannotDetermine.

        Foreign keys come first: a column of one has what the row has to which it refers.
        """
        wanted = [
            c for c in self.columns.values()
            if (_wanted(c) or (c.name in self.needed and _open(c))) and c.name not in self.values
        ]  # fmt: skip
        parents = {name for key in self.foreign_keys() for name in key.columns}
        for key in self.foreign_keys():
            bound = all(self.bound(name) for name in key.columns)
            if (bound and not self._has_default(key)) or self.leads(key):
                self.refer(key)
        for column in wanted:
            if column.name not in self.values and column.name not in parents:
                self.fill(column.name)

    def _has_default(self, key: Constraint) -> bool:
        """Return whether a default says to which row a key refers, as that of a lookup table."""
        assert key.references is not None
        columns = [self.columns[name] for name in key.columns if name not in self.values]
        default = any(column.default is not None for column in columns)
        return default and not self.leads_to(key.references[:2])

    def foreign_keys(self) -> list[Constraint]:
        """Return the foreign keys of the table whose columns may be set."""
        rows = self.catalog.of_table("constraints", *self.table)
        return [
            one for one in rows
            if one.kind == "foreign key" and one.references
            and not any(self.columns[name].generated for name in one.columns)
        ]  # fmt: skip

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
        if table == self.table and not fresh and len(given) < len(pairs):
            self._refer_to_itself(pairs)
            return
        owner, own = self.owners.get(table), self.owners.get(self.table)
        if owner and (self.whose or own in self.values) and owner not in {to for _, to in pairs}:
            given[owner] = self.whose or self.values[own or ""]
        needed = frozenset(to for _, to in pairs)
        try:
            parent = self.parent(table, given, self.label, self.whose, fresh=fresh, needed=needed)
        except Circle as circle:
            if key.deferrable and self.keep and circle.row.keep:
                self._defer(key, pairs, circle.row)
                return
            there = next(self.there(key), None)
            if there is None:
                raise
            self.values |= there
            return
        self.values |= {name: parent.row[to] for name, to in pairs}

    def _refer_to_itself(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Have a row that is its own parent: the first of a table has no other."""
        for name, to in pairs:
            if self.values.get(to) is None:
                self.fill(to)
            if name not in self.fixed:
                self.values[name] = self.values[to]

    def _defer(self, key: Constraint, pairs: Sequence[tuple[str, str]], first: "Row") -> None:
        """Refer to a row that comes later: the `first` of a circle, or one made after this."""
        assert key.references is not None
        for name, to in pairs:
            if first.table != key.references[:2]:
                if not self.settled(name, fresh=False):
                    self.fill(name)
            elif first.values.get(to) is None:
                first.fill(to)
        if first.table == key.references[:2]:
            # The row that needs this one is being made: it will have the values that it has now.
            first.fixed |= {to for _, to in pairs}
            self.values |= {name: first.values[to] for name, to in pairs}
        else:
            self.owed.append(key)
        self.deferred[key.name] = key.deferred

    def there(self, key: Constraint) -> Iterator[dict[str, str | None]]:
        """Yield what the columns of a foreign key may be: some rows that are there already."""
        assert key.references is not None
        table = key.references[:2]
        pairs = list(zip(key.columns, key.references[2], strict=True))
        given = {to: self.values[name] for name, to in pairs if name in self.fixed}
        if owner := self.owners.get(table):
            given.setdefault(owner, self.whose or self.values.get(self.owners.get(self.table, "")))
        elif self.leads_to(table):
            return  # its rows belong to somebody, and nobody knows to whom
        statement = sql.SQL("select {} from {}{} limit 8").format(
            sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(to)) for _, to in pairs),
            sql.Identifier(*table),
            where(self.catalog, table, given),
        )
        for found in administered(self.connection, statement).rows:
            yield dict(zip(key.columns, found, strict=True))

    def by_chance(self, stored: Values) -> dict[str, str | None]:
        """Return values of defaults by which a partition took the row: another would not do."""
        if not self.is_partitioned:
            return {}
        keys = frozenset[str]().union(*(c.columns for c in self.conditions if c.name == PARTITION))
        return {
            name: stored[name] for name in self.columns
            if name in keys and name in stored and name not in self.values
            and "(" in (self.columns[name].default or "")
        }  # fmt: skip

    def settled(self, name: str, fresh: bool) -> bool:
        """Return whether a column has a value already that may not change."""
        return self.values.get(name) is not None and (not fresh or name in self.fixed)

    def fill(self, name: str) -> None:
        """Give a column a value of its type."""
        self.values[name] = self.supply.value(self.columns[name].type, f"{name} of {self.label}")


class Circle(NoRow):
    """Rows need one another: one of the table of `row` is being made already."""

    def __init__(self, row: Row, tables: Sequence[Table]) -> None:
        around = " → ".join(names.quoted(*one) for one in tables)
        self.row = row
        told = impossible(row.table, f"its rows need one another: {around}")
        super().__init__(told.tried, because=told.because, remedy=told.remedy)


def _open(column: Column) -> bool:
    return column.generated is None and not column.identity and column.default is None


def _wanted(column: Column) -> bool:
    """Return whether a column needs a value, or is a vector, which search functions look at."""
    if not _open(column):
        return False
    return not column.nullable or type_name(column.type) in ("vector", "halfvec", "sparsevec")
