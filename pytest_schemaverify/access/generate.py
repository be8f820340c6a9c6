"""Rows that a table takes, made from what the catalog says about it.

As administrator, with triggers as they are: parents first, then the columns that must have a
value, then whatever the server's refusal says is still wrong.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import Connection, sql

from pytest_schemaverify import names
from pytest_schemaverify.access import solve
from pytest_schemaverify.access.partitions import key_values
from pytest_schemaverify.access.values import Kinds, candidates
from pytest_schemaverify.catalog import Catalog, Column, Constraint
from pytest_schemaverify.errors import CannotDetermine

Table = tuple[str, str]
"""Schema and name."""
Values = Mapping[str, str | None]
"""Texts by column, as the server reads them."""
ATTEMPTS = 15
"""Refusals that are answered before a table is given up."""
_LARGE = ("vector", "halfvec", "sparsevec", "tsvector", "bytea")
"""Types whose values nobody wants to see; they are neither returned nor shown."""


@dataclass(frozen=True, slots=True)
class Made:
    """A row that was made."""

    table: Table
    sent: dict[str, str | None]
    """The values that were given to the server."""
    row: dict[str, str | None]
    """The row as it is now, as text; without vectors and other large values."""

    @property
    def statement(self) -> str:
        """The insert as a person would write it."""
        return insertion(self.table, self.sent, {}).as_string()


@dataclass(slots=True)
class Maker:
    """Makes rows in one database, on a connection of its administrator inside a transaction.

    `owners` says which column of a table holds its owner: the parents of somebody's row are made
    to be that person's as well; where it does not, somebody new is made.
    """

    connection: Connection[Any]
    catalog: Catalog
    owners: Mapping[Table, str] = field(default_factory=dict)
    number: int = 1000
    """Counts up, so that no two values are alike."""
    made: list[Made] = field(default_factory=list)
    """Every row, in order; parents before their children."""
    _kinds: Kinds = field(init=False)
    _parents: dict[tuple[Table, frozenset[tuple[str, str | None]]], Made] = field(
        default_factory=dict
    )
    _making: list[Table] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._kinds = Kinds(self.connection)

    def row(self, table: Table, given: Values | None = None, label: str = "somebody") -> Made:
        """Insert a row with at least these values and return it.

        Texts that nobody asks for say `label`. Raises CannotDetermine that names the constraint,
        the trigger or the type that could not be satisfied.
        """
        return self._make(table, dict(given or {}), label, keep=True)

    def draft(self, table: Table, given: Values | None = None, label: str = "somebody") -> Made:
        """Return a row that the table takes; its parents are there, the row itself is not.

        For an insert that somebody else is to try. Raises CannotDetermine as `row` does.
        """
        return self._make(table, dict(given or {}), label, keep=False)

    def value(self, type_: str, label: str = "somebody") -> str | None:
        """Return a value of a type, as text: an argument for a function."""
        self.number += 1
        kind = self._kinds(type_)
        texts = [*candidates(kind, self.number, f"{label} {self.number}")]
        if kind.checks:
            texts += solve.hints(kind.checks, kind, self.number)
            texts = [one for one in solve.valid(self.connection, type_, texts) if one is not None]
        return texts[0] if texts else None

    def _make(self, table: Table, values: dict[str, str | None], label: str, *, keep: bool) -> Made:
        if table in self._making:
            circle = " → ".join(names.quoted(*one) for one in (*self._making, table))
            raise _impossible(table, f"its rows need one another: {circle}")
        self._making.append(table)
        try:
            return _Row(self, table, values, label).make(keep=keep)
        finally:
            self._making.pop()

    def parent(self, table: Table, given: Values, label: str, *, fresh: bool = False) -> Made:
        """Return a row that another refers to: one that is there, one made before, or a new one."""
        if given:
            found = self._there(table, given)
            if found is not None:
                return found
        known = (table, frozenset(given.items()))
        if fresh or known not in self._parents:
            self._parents[known] = self.row(table, given, label)
        return self._parents[known]

    def _there(self, table: Table, given: Values) -> Made | None:
        """Return a row with these values, if they identify one."""
        keys = [
            set(one.columns)
            for one in self.catalog.of_table("constraints", *table)
            if one.kind in ("primary key", "unique")
        ]
        if not any(key <= given.keys() for key in keys):
            return None
        statement = sql.SQL("select {} from {} where {}").format(
            returned(self.catalog, table), sql.Identifier(*table), equal(self.catalog, table, given)
        )
        cursor = self.connection.execute(statement)
        row = cursor.fetchone()
        if row is None:
            return None
        return Made(table, dict(given), named(cursor, row))


@dataclass(slots=True)
class _Row:
    """A row that is about to be made."""

    maker: Maker
    table: Table
    values: dict[str, str | None]
    label: str
    fixed: frozenset[str] = field(init=False)
    """Columns whose values nobody may change."""
    columns: dict[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        rows = self.maker.catalog.of_table("columns", *self.table)
        self.columns = {column.name: column for column in rows}
        self.fixed = frozenset(self.values)

    def make(self, *, keep: bool) -> Made:
        wanted = [c for c in self.columns.values() if _wanted(c) and c.name not in self.values]
        parents = {name for key in self.foreign_keys() for name in key.columns}
        for key in self.foreign_keys():
            if all(self.bound(name) for name in key.columns):
                self.refer(key)
        for column in wanted:
            if column.name not in self.values and column.name not in parents:
                self.fill(column.name)
        return self.insert(keep=keep)

    def foreign_keys(self) -> list[Constraint]:
        rows = self.maker.catalog.of_table("constraints", *self.table)
        return [row for row in rows if row.kind == "foreign key" and row.references]

    def bound(self, name: str) -> bool:
        """Return whether a column of the row will have a value."""
        if name in self.values:
            return self.values[name] is not None
        return not self.columns[name].nullable

    def refer(self, key: Constraint, *, fresh: bool = False) -> None:
        """Have the row that a foreign key refers to."""
        assert key.references is not None
        table = key.references[:2]
        pairs = list(zip(key.columns, key.references[2], strict=True))
        given = {to: self.values[name] for name, to in pairs if self.settled(name, fresh)}
        owner, own = self.maker.owners.get(table), self.maker.owners.get(self.table)
        if owner and own in self.values and owner not in {to for _, to in pairs}:
            given[owner] = self.values[own]
        parent = self.maker.parent(table, given, self.label, fresh=fresh)
        self.values |= {name: parent.row[to] for name, to in pairs}

    def settled(self, name: str, fresh: bool) -> bool:
        return self.values.get(name) is not None and (not fresh or name in self.fixed)

    def fill(self, name: str) -> None:
        self.values[name] = self.maker.value(self.columns[name].type, f"{name} of {self.label}")

    def insert(self, *, keep: bool) -> Made:
        refusals: list[str] = []
        for _ in range(ATTEMPTS):
            try:
                with self.maker.connection.transaction(force_rollback=not keep):
                    row = self.inserted()
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
                self.mend(error)
                continue
            made = Made(self.table, self.values, row)
            if keep:
                self.maker.made.append(made)
            return made
        raise _impossible(self.table, refusals[-1])

    def inserted(self) -> dict[str, str | None]:
        types = {name: column.type for name, column in self.columns.items()}
        statement = sql.SQL("{} returning {}").format(
            insertion(self.table, self.values, types), returned(self.maker.catalog, self.table)
        )
        cursor = self.maker.connection.execute(statement)
        row = cursor.fetchone()
        if row is None:
            raise _impossible(self.table, "a trigger or a rule does away with the row")
        return named(cursor, row)

    def already(self, error: psycopg.Error) -> Made | None:
        """Return the row that is there, if nothing can be changed to make another."""
        involved = self.involved(error)
        if involved and involved <= self.fixed:
            return self.maker._there(self.table, {name: self.values[name] for name in involved})
        return None

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
                found = key_values(
                    self.maker.connection, (diag.schema_name or "", diag.table_name or "")
                )
                if not found or found.keys() & self.fixed:
                    raise _impossible(self.table, refused)
                self.values |= found
            case _:
                raise _impossible(self.table, refused, (diag.context or "").partition("\n")[0])

    def provide(self, name: str | None) -> None:
        """Give a value to a column that must have one after all."""
        assert name is not None
        if name in self.fixed:
            raise _impossible(self.table, f"{name} is to be NULL, and must not be")
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
            raise _impossible(self.table, f"the domain {domain} does not take NULL")
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
            raise _impossible(self.table, refused)
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
            raise _impossible(self.table, f"no value was found for the check {name}: {text}")
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
        kind = self.maker._kinds(column.type)
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
            row = self.maker.connection.execute(statement).fetchone()
        return [row[0]] if row else []

    def parents(self, key: Constraint, name: str) -> list[str | None]:
        """Return what a column that refers to another table may be: a row of that, or nothing."""
        found: list[str | None] = []
        for fresh in (False, True):
            trial = _Row(self.maker, self.table, {**self.values}, self.label)
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
    return not column.nullable or _type_name(column) in ("vector", "halfvec", "sparsevec")


def _type_name(column: Column) -> str:
    return column.type.partition("(")[0].rpartition(".")[2]


def insertion(table: Table, values: Values, types: Mapping[str, str]) -> sql.Composed:
    """Return the statement that inserts a row, with its values written out."""
    if not values:
        return sql.SQL("insert into {} default values").format(sql.Identifier(*table))
    return sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(*table),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(cast(text, types.get(name, "")) for name, text in values.items()),
    )


def cast(text: str | None, type_: str) -> sql.Composable:
    """Return a value as SQL; the type is written where a plain literal would not do."""
    literal = sql.Literal(text)
    return sql.SQL("{}::{}").format(literal, sql.SQL(type_)) if type_ else literal


def returned(catalog: Catalog, table: Table) -> sql.Composed:
    """Return the list of a table's columns as text, without those whose values are large."""
    columns = catalog.of_table("columns", *table)
    small = [column.name for column in columns if _type_name(column) not in _LARGE]
    return sql.SQL(", ").join(
        sql.SQL("{0}::text as {0}").format(sql.Identifier(name)) for name in small or ["ctid"]
    )


def equal(catalog: Catalog, table: Table, values: Values) -> sql.Composed:
    """Return the condition that finds the rows with these values."""
    types = {column.name: column.type for column in catalog.of_table("columns", *table)}
    return sql.SQL(" and ").join(
        sql.SQL("{} is not distinct from {}").format(sql.Identifier(name), cast(text, types[name]))
        for name, text in values.items()
    )


def named(cursor: psycopg.Cursor[Any], row: tuple[Any, ...]) -> dict[str, str | None]:
    """Return a row by the names of its columns."""
    assert cursor.description is not None
    return {column.name: text for column, text in zip(cursor.description, row, strict=True)}


def _impossible(table: Table, because: str, where: str = "") -> CannotDetermine:
    return CannotDetermine(
        f"making a row for {names.quoted(*table)}",
        because=because + (f", in {where}" if where else ""),
        remedy="give rows of your own under `access.given`",
    )
