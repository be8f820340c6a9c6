"""A database in which each identity has rows, and whose each row is."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import psycopg
from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.admission import open_without_owner
from pytest_schemaverify.behaviour.access.budget import Budget
from pytest_schemaverify.behaviour.access.identities import Identity, administered
from pytest_schemaverify.behaviour.access.ownership import OwnedTables
from pytest_schemaverify.behaviour.access.rows.maker import Maker
from pytest_schemaverify.behaviour.access.rows.values import as_text
from pytest_schemaverify.behaviour.access.statements import Table, impossible, named, returned
from pytest_schemaverify.databases.resource_bounds import BoundMet, hold, holding
from pytest_schemaverify.errors import CannotDetermine, SchemaVerifyError
from pytest_schemaverify.sql import names


@dataclass(slots=True)
class Scene(OwnedTables):
    """The database in which identities try things, on a connection of its administrator."""

    connection: Connection[Any]
    among: frozenset[str] = frozenset()
    """Owners whose rows are told apart, where not all are."""
    people: frozenset[tuple[Table, str]] = frozenset()
    """Columns that say which person a row is about, besides those that say whose it is."""
    reveals: Mapping[str, str] = field(default_factory=dict)
    """Constraints that may tell about rows of others, with the reasons."""
    revealed: set[str] = field(default_factory=set)
    """Constraints that did."""
    platform: str = "postgres"
    """The platform that has made some of the schemas."""
    maker: Maker = field(init=False)
    problems: dict[Table, SchemaVerifyError] = field(default_factory=dict)
    """Tables for which no rows could be made, and why."""
    met: list[tuple[Table, BoundMet]] = field(default_factory=list)
    """Attempts that met a bound, and at which table."""
    cache: dict[Any, Any] = field(default_factory=dict)
    """What was asked already and cannot have changed."""
    lasting: dict[Any, Any] = field(default_factory=dict)
    """The same of the catalog, which no row that is made meanwhile changes."""

    def __post_init__(self) -> None:
        columns = {table: owner.column for table, owner in self.owners.items() if owner.column}
        self.maker = Maker(
            self.connection, self.catalog, columns, self.usual(), tokens=self.identities
        )
        self.settle()

    def usual(self) -> dict[tuple[str, Table], dict[str, str | None]]:
        """Return what rows of each identity have where they say which person they are about."""
        found: dict[tuple[str, Table], dict[str, str | None]] = {}
        for name, identity in self.identities.items():
            for table, column in self.people:
                if not self._is_own_key(table, column):
                    found.setdefault((name, table), {})[column] = identity.claim("sub")
        return found

    def _is_own_key(self, table: Table, column: str) -> bool:
        """Return whether a column is the key of rows that belong to somebody by another column.

        A policy may compare it with who is there by mistake, and would be right with such rows.
        """
        owner = self.owners.get(table)
        if owner is None or not owner.column or self.primary_key(table) != (column,):
            return False
        keys = self.catalog.of_table("constraints", *table)
        return not any(row.kind == "foreign key" and column in row.columns for row in keys)

    def settle(self) -> None:
        """Set the connection as every attempt needs it; code of the user's may have changed it."""
        hold(self.connection, holding(self.connection).bounds)
        # If row-level security would hide rows from an administrator, the query shall fail.
        self.connection.execute("select pg_catalog.set_config('row_security', 'off', false)")

    def add(self, rows: Mapping[Table, Sequence[Mapping[str, Any]]]) -> None:
        """Insert rows that a file gives; other columns get values where they must have one.

        Raises CannotDetermine for a column that there is not, and for a row that is not taken.
        """
        for table, listed in rows.items():
            columns = self.columns(table)
            for row in listed:
                unknown = [name for name in row if name not in columns]
                if unknown or not columns:
                    what = f"column {unknown[0]}" if columns else "such table"
                    raise CannotDetermine(
                        f"inserting the rows of {names.quoted(*table)} under `access.given`",
                        because=f"there is no {what}",
                    )
                texts = {
                    name: as_text(value, self.maker.supply.kinds(columns[name].type))
                    for name, value in row.items()
                }
                with self.connection.transaction():
                    self.maker.row(table, texts, "somebody")

    def generate(self, tables: Iterable[Table]) -> None:
        """Make rows for each identity in tables in which it has none; keep what went wrong.

        Raises CannotDetermine when the connection was closed for it.
        """
        budget = Budget(holding(self.connection).bounds)
        for table in tables:
            self.attempt(table, partial(self._generated, table, budget))

    def attempt(self, table: Table, make: Callable[[], None]) -> None:
        """Have rows of a table made; keep what went wrong.

        Raises CannotDetermine when the connection was closed for it.
        """
        try:
            # In a savepoint: an error ends what was made for this table, not the rows of those
            # before it.
            with self.connection.transaction():
                make()
        except CannotDetermine as error:
            if self.connection.closed:
                raise
            self.problems[table] = error
        except psycopg.Error as error:
            self.problems[table] = CannotDetermine(
                f"making rows for {names.quoted(*table)}",
                because=error.diag.message_primary or str(error),
                remedy="give rows of your own under `access.given`",
            )

    def _generated(self, table: Table, budget: Budget) -> None:
        if budget.spent:
            raise impossible(table, f"not tried: {budget.spent}")
        with budget.call():
            self._generate(table)

    @contextmanager
    def meanwhile(self) -> Iterator[None]:
        """Let rows be made that are gone afterwards, also from what is remembered of them."""
        parents, made, cache = {**self.maker.parents}, [*self.maker.made], {**self.cache}
        try:
            with self.connection.transaction(force_rollback=True):
                yield
        finally:
            self.maker.parents, self.maker.made, self.cache = parents, made, cache

    def _generate(self, table: Table) -> None:
        owner = self.owners.get(table)
        self.owner_column(table)  # one that there is not is told as such
        if owner is None:
            if not self.total(table):
                self.maker.row(table)
            return
        for identity in self.identities.values():
            value = owner.of(identity)
            if value is not None and not self.count(table, value):
                self.own_row(table, value, identity.name)
        # Where all rows are one identity's, nothing could be kept from it: a stranger has one as
        # well.
        values = self.values(table)
        if len(values) < 2 and self.total(table) == sum(
            self.count(table, value) for value in values
        ):
            self.own_row(table, self.stranger(table), "somebody else")
        if owner.column and open_without_owner(self.connection, self, table, self.stranger):
            self._nobodys_row(table, owner.column)

    def _nobodys_row(self, table: Table, column: str) -> None:
        """Insert a row without an owner, if there is none and the table takes one."""
        there = sql.SQL("select from {} where {} is null limit 1").format(
            sql.Identifier(*table), sql.Identifier(column)
        )
        if not self.connection.execute(there).rowcount:
            with suppress(CannotDetermine), self.connection.transaction():
                self.maker.row(table, {column: None}, "nobody")

    def stranger(self, table: Table) -> str:
        """Return the value of an owner who is none of the identities."""
        if through := self.owners[table].through:
            parent = self.key_of(table, through).references
            assert parent is not None
            return self.stranger(parent[:2])
        known = ("stranger", table)
        if known not in self.cache:
            self.cache[known] = self.maker.supply.value(
                self.columns(table)[self.owners[table].column].type
            )
        value: str = self.cache[known]
        return value

    def own_row(self, table: Table, value: str, label: str) -> Any:
        """Insert a row of the owner with this value, and return it."""
        return self.maker.row(table, self.given(table, value, label), label)

    def own_draft(self, table: Table, value: str | None, label: str) -> Any:
        """Return a row of that owner which the table would take; None for no owner."""
        given = self.given(table, value, label) if value is not None else {}
        return self.maker.draft(table, given, label)

    def given(self, table: Table, value: str, label: str) -> dict[str, str | None]:
        """Return the columns that say whose a row is; a parent that says it is made first."""
        owner = self.owners[table]
        if owner.column:
            return {owner.column: value}
        key = self.key_of(table, owner.through)
        assert key.references is not None
        parent = key.references[:2]
        known = ("parent", parent, value)
        if known not in self.cache:
            self.cache[known] = self.own_there(parent, value) or (
                self.own_row(parent, value, label).row
            )
        row = self.cache[known]
        return {a: row[b] for a, b in zip(key.columns, key.references[2], strict=True)}

    def own_there(self, table: Table, value: str) -> dict[str, str | None] | None:
        """Return a row of that owner, as text, if there is one."""
        statement = sql.SQL("select {} from {} as t where {} = {} limit 1").format(
            returned(self.catalog, table),
            sql.Identifier(*table),
            self.owner_of(table, "t"),
            sql.Literal(value),
        )
        answer = administered(self.connection, statement)
        return named(answer.columns or (), answer.rows[0]) if answer.rows else None

    def total(self, table: Table) -> int:
        """Return how many rows there are."""
        statement = sql.SQL("select pg_catalog.count(*) from {}").format(sql.Identifier(*table))
        row = self.connection.execute(statement).fetchone()
        return int(row[0]) if row else 0

    def count(self, table: Table, value: str) -> int:
        """Return how many rows have that owner."""
        statement = sql.SQL("select pg_catalog.count(*) from {} as t where {} = {}").format(
            sql.Identifier(*table), self.owner_of(table, "t"), sql.Literal(value)
        )
        row = self.connection.execute(statement).fetchone()
        return int(row[0]) if row else 0

    def another(self, table: Table, identity: Identity) -> tuple[str, str] | None:
        """Return name and value of another owner; None where rows have no owner."""
        owner = self.owners.get(table)
        if owner is None:
            return None
        mine = owner.of(identity)
        for other in self.identities.values():
            value = owner.of(other)
            if value is not None and value != mine:
                return other.name, value
        return "somebody else", self.stranger(table)
