"""One row that a table takes, from the first guess to what the server's refusals leave of it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from pytest_schemaverify.behaviour.access import solve
from pytest_schemaverify.behaviour.access.identities import administered
from pytest_schemaverify.behaviour.access.partitions import key_values, own_values
from pytest_schemaverify.behaviour.access.statements import (
    Made,
    Table,
    cast,
    equal,
    impossible,
    insertion,
    named,
    returned,
    type_name,
)
from pytest_schemaverify.behaviour.access.values import candidates
from pytest_schemaverify.databases.resource_bounds import BoundMet
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.kinds.constraints.row import Constraint

if TYPE_CHECKING:
    from pytest_schemaverify.behaviour.access.generate import Maker

ATTEMPTS = 15
"""Refusals that are answered before a table is given up."""
PAST = 9_001
"""Numbers that are passed over where one is taken: there may be rows with the next ones too."""


@dataclass(slots=True)
class Row:
    """A row that is about to be made."""

    maker: "Maker"
    table: Table
    values: dict[str, str | None]
    label: str
    whose: str = ""
    """Value of the owner that all rows have that it refers to, where rows have owners."""
    fixed: frozenset[str] = field(init=False)
    """Columns whose values nobody may change."""
    columns: dict[str, Column] = field(init=False)
    collided: dict[str, str | None] = field(default_factory=dict)
    """What tells the row that is there already, if there is one with all that was wanted."""

    def __post_init__(self) -> None:
        rows = self.maker.catalog.of_table("columns", *self.table)
        self.columns = {column.name: column for column in rows}
        self.fixed = frozenset(self.values)
        for name, text in self.maker.usual.get((self.label, self.table), {}).items():
            self.values.setdefault(name, text)

    def make(self, *, keep: bool) -> Made:
        """Return the row, there or taken back; its parents stay. Raises CannotDetermine."""
        wanted = [c for c in self.columns.values() if _wanted(c) and c.name not in self.values]
        parents = {name for key in self.foreign_keys() for name in key.columns}
        for key in self.foreign_keys():
            if all(self.bound(name) for name in key.columns) or self.leads(key):
                self.refer(key)
        for column in wanted:
            if column.name not in self.values and column.name not in parents:
                self.fill(column.name)
        return self.insert(keep=keep)

    def foreign_keys(self) -> list[Constraint]:
        """Return the foreign keys of the table."""
        rows = self.maker.catalog.of_table("constraints", *self.table)
        return [row for row in rows if row.kind == "foreign key" and row.references]

    def bound(self, name: str) -> bool:
        """Return whether a column of the row will have a value."""
        if name in self.values:
            return self.values[name] is not None
        return not self.columns[name].nullable

    def leads(self, key: Constraint) -> bool:
        """Return whether the row is somebody's by what a foreign key refers to."""
        if not self.whose or not key.references or self.table in self.maker.owners:
            return False
        parent = key.references[:2]
        free = self.fixed.isdisjoint(key.columns) and not self.maker.making(parent)
        return free and self.maker.owned(parent)

    def refer(self, key: Constraint, *, fresh: bool = False) -> None:
        """Have the row that a foreign key refers to."""
        assert key.references is not None
        table = key.references[:2]
        pairs = list(zip(key.columns, key.references[2], strict=True))
        given = {to: self.values[name] for name, to in pairs if self.settled(name, fresh)}
        owner, own = self.maker.owners.get(table), self.maker.owners.get(self.table)
        if owner and (self.whose or own in self.values) and owner not in {to for _, to in pairs}:
            given[owner] = self.whose or self.values[own or ""]
        parent = self.maker.parent(table, given, self.label, self.whose, fresh=fresh)
        self.values |= {name: parent.row[to] for name, to in pairs}

    def settled(self, name: str, fresh: bool) -> bool:
        """Return whether a column has a value already that may not change."""
        return self.values.get(name) is not None and (not fresh or name in self.fixed)

    def fill(self, name: str) -> None:
        """Give a column a value of its type."""
        self.values[name] = self.maker.value(self.columns[name].type, f"{name} of {self.label}")

    def insert(self, *, keep: bool) -> Made:
        """Insert until the server takes it, with what it refuses changed each time."""
        refusals: list[str] = []
        for _ in range(ATTEMPTS):
            try:
                with self.maker.connection.transaction(force_rollback=not keep):
                    row = self.inserted()
            except BoundMet as error:
                raise impossible(self.table, error.bound, error.where) from None
            except psycopg.Error as error:
                if error.sqlstate is None:
                    raise
                refusals.append(error.diag.message_primary or str(error))
                if refusals.count(refusals[-1]) > 3:
                    break
                if isinstance(error, psycopg.errors.UniqueViolation) and (
                    there := self.already(error)
                ):
                    return there
                self.collide(error)
                self.mend(error)
                continue
            made = Made(self.table, self.values, row)
            if keep:
                self.maker.made.append(made)
            return made
        if keep and self.collided and (there := self.taken_over()):
            return there
        raise impossible(self.table, refusals[-1])

    def inserted(self) -> dict[str, str | None]:
        """Return the row as the server has stored it. Raises psycopg.Error."""
        types = {name: column.type for name, column in self.columns.items()}
        statement = sql.SQL("{} returning {}").format(
            insertion(self.table, self.values, types, over=self.overrides()),
            returned(self.maker.catalog, self.table),
        )
        answer = administered(self.maker.connection, statement)
        if not answer.rows:
            raise impossible(self.table, "a trigger or a rule does away with the row")
        return named(answer.columns or (), answer.rows[0])

    def overrides(self) -> bool:
        """Return whether a column gets a value that otherwise gets the next number, always."""
        return any(self.columns[name].identity == "always" for name in self.values)

    def already(self, error: psycopg.Error) -> Made | None:
        """Return the row that is there, if nothing can be changed to make another."""
        involved = self.involved(error)
        if involved and involved <= self.fixed:
            return self.maker.there(self.table, {name: self.values[name] for name in involved})
        return None

    def collide(self, error: psycopg.Error) -> None:
        """Remember which row with one's usual values is there already: a trigger may make it."""
        usual = self.maker.usual.get((self.label, self.table), {})
        involved = self.involved(error)
        if not self.collided and involved and involved <= self.fixed | usual.keys():
            self.collided = {name: self.values[name] for name in involved}

    def taken_over(self) -> Made | None:
        """Return that row with the values that were asked for; None if it does not take them."""
        wanted = {name: self.values[name] for name in self.fixed}
        if not wanted:
            return self.maker.there(self.table, self.collided)
        change = sql.SQL("update {} set {} where {} returning {}").format(
            sql.Identifier(*self.table),
            sql.SQL(", ").join(
                sql.SQL("{} = {}").format(sql.Identifier(name), cast(text, self.columns[name].type))
                for name, text in wanted.items()
            ),
            equal(self.maker.catalog, self.table, self.collided),
            returned(self.maker.catalog, self.table),
        )
        try:
            with self.maker.connection.transaction():
                answer = administered(self.maker.connection, change)
        except psycopg.Error as error:
            if error.sqlstate is None:
                raise
            return None
        if not answer.rows:
            return None
        return Made(self.table, wanted, named(answer.columns or (), answer.rows[0]))

    def involved(self, error: psycopg.Error) -> set[str]:
        """Return the columns that a refusal is about."""
        name = error.diag.constraint_name
        found = {
            column
            for row in self.maker.catalog.of_table("constraints", *self.table)
            if row.name == name
            for column in row.columns
        }
        for index in self.maker.catalog.of_table("indexes", *self.table):
            if index.name == name:
                keys = " ".join(key.expression for key in index.keys)
                found |= {c for c in self.columns if re.search(rf"\b{re.escape(c)}\b", keys)}
        return found

    def mend(self, error: psycopg.Error) -> None:
        """Change what the server has refused. Raises CannotDetermine when nobody can."""
        diag, refused = error.diag, error.diag.message_primary or str(error)
        match error:
            case psycopg.errors.NotNullViolation() if diag.column_name in self.columns:
                self.provide(diag.column_name)
            case psycopg.errors.NotNullViolation() if diag.datatype_name:
                self.provide_domain(diag.datatype_name)
            case psycopg.errors.UniqueViolation() | psycopg.errors.ExclusionViolation():
                self.renew(self.involved(error) - self.fixed, refused)
            case psycopg.errors.ForeignKeyViolation() if diag.constraint_name in {
                key.name for key in self.foreign_keys()
            }:
                self.refer(next(k for k in self.foreign_keys() if k.name == diag.constraint_name))
            case psycopg.errors.CheckViolation() if diag.constraint_name:
                self.satisfy(diag.constraint_name)
            case psycopg.errors.CheckViolation() if "partition" in refused:
                at = (diag.schema_name or "", diag.table_name or "")
                values = own_values if "partition constraint" in refused else key_values
                found = values(self.maker.connection, at)
                if not found or found.keys() & self.fixed:
                    raise impossible(self.table, refused)
                self.values |= found
            case _:
                raise impossible(self.table, refused, (diag.context or "").partition("\n")[0])

    def provide(self, name: str | None) -> None:
        """Give a value to a column that must have one after all."""
        assert name is not None
        if name in self.fixed:
            raise impossible(self.table, f"{name} is to be NULL, and must not be")
        for key in self.foreign_keys():
            if name in key.columns:
                self.refer(key)
                return
        self.fill(name)

    def provide_domain(self, domain: str) -> None:
        """Give values to the columns of a domain that does not take NULL."""
        empty = [
            column.name for column in self.columns.values()
            if column.type.rpartition(".")[2].strip('"') == domain
            and self.values.get(column.name) is None and column.name not in self.fixed
        ]  # fmt: skip
        if not empty:
            raise impossible(self.table, f"the domain {domain} does not take NULL")
        for name in empty:
            self.fill(name)

    def renew(self, columns: set[str], refused: str) -> None:
        """Give other values to columns that have to differ from those of other rows."""
        keys = [key for key in self.foreign_keys() if columns & set(key.columns)]
        free = columns - {name for key in self.foreign_keys() for name in key.columns}
        free = {name for name in free if self.columns[name].generated is None}
        if any(self.columns[name].identity == "always" for name in free):
            return  # the next number may be free
        if not free and not keys:
            raise impossible(self.table, refused)
        self.maker.number += PAST if free else 0
        for name in sorted(free):
            self.fill(name)
        if not free:
            self.refer(keys[0], fresh=True)

    def satisfy(self, name: str) -> None:
        """Choose the columns of a check, and of all checks that share them, anew."""
        checks = [
            row for row in self.maker.catalog.of_table("constraints", *self.table)
            if row.kind == "check" and row.expression
        ]  # fmt: skip
        failed = [row for row in checks if row.name == name]
        columns = {column for row in failed for column in row.columns}
        while (
            more := {
                column for row in checks if columns & set(row.columns) for column in row.columns
            }
            - columns
        ):
            columns |= more
        together = [row for row in checks if columns & set(row.columns)]
        expressions = [row.expression or "" for row in together]
        choices = {column: self.choices(column, expressions) for column in sorted(columns)}
        types = {column: self.columns[column].type for column in columns}
        found = solve.solved(self.maker.connection, self.table[1], expressions, types, choices)
        if found is None or not failed:
            text = failed[0].expression if failed else ""
            raise impossible(self.table, f"no value was found for the check {name}: {text}")
        self.values |= {
            column: text
            for column, text in found.items()
            if text is not None or column in self.values
        }
        if missing := {c for c, text in found.items() if text is None and c not in self.values}:
            self.values |= {c: None for c in missing if self.columns[c].default is not None}

    def choices(self, name: str, expressions: Iterable[str]) -> list[str | None]:
        """Return what a column may become, the present value first."""
        column = self.columns[name]
        if name in self.fixed:
            return [self.values[name]]
        if column.generated is not None:
            return []
        first = [self.values[name]] if name in self.values else self.default(column)
        for key in self.foreign_keys():
            if name in key.columns:
                return [*first, *self.parents(key, name)]
        self.maker.number += 1
        kind = self.maker.kinds(column.type)
        label = f"{name} of {self.label} {self.maker.number}"
        more = [
            *solve.hints((*kind.checks, *expressions), kind, self.maker.number),
            *candidates(kind, self.maker.number, label),
        ]
        return [*first, *more, *([None] if column.nullable else [])]

    def default(self, column: Column) -> list[str | None]:
        """Return the value that a column takes when nobody gives one."""
        if column.default is None:
            return [None] if column.nullable else []
        statement = sql.SQL("select cast({} as {})::text").format(
            sql.SQL(column.default), sql.SQL(column.type)
        )
        with self.maker.connection.transaction(force_rollback=True):
            return [row[0] for row in administered(self.maker.connection, statement).rows]

    def parents(self, key: Constraint, name: str) -> list[str | None]:
        """Return what a column that refers to another table may be: a row of that, or nothing."""
        found: list[str | None] = []
        for fresh in (False, True):
            trial = Row(self.maker, self.table, {**self.values}, self.label, self.whose)
            trial.fixed = self.fixed
            for column in key.columns:
                if column not in self.fixed:
                    trial.values.pop(column, None)
            trial.refer(key, fresh=fresh)
            found.append(trial.values[name])
        return [*found, *([None] if self.columns[name].nullable else [])]


def _wanted(column: Column) -> bool:
    """Return whether a column needs a value, or is a vector, which search functions look at."""
    if column.generated is not None or column.identity or column.default is not None:
        return False
    return not column.nullable or type_name(column) in ("vector", "halfvec", "sparsevec")
