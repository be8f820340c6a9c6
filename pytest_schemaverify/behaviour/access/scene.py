"""A database with everybody's rows in it, and whose each of them is."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.budget import Budget
from pytest_schemaverify.behaviour.access.identities import Identity, administered
from pytest_schemaverify.behaviour.access.maker import Maker
from pytest_schemaverify.behaviour.access.statements import Table, impossible, named, returned
from pytest_schemaverify.behaviour.access.values import as_text
from pytest_schemaverify.behaviour.access.whose import Whose
from pytest_schemaverify.databases.resource_bounds import BoundMet, hold, holding
from pytest_schemaverify.errors import CannotDetermine, SchemaVerifyError
from pytest_schemaverify.sql import names

MOST = 200
"""Rows of a table that are told apart; more would only take longer."""


@dataclass(frozen=True, slots=True)
class Roster:
    """The rows of a table as the administrator sees them."""

    total: int
    own: int
    """Rows of the identity in question."""
    mine: tuple[str, ...]
    """Keys of its own rows, at most `MOST`."""
    others: Mapping[str, str]
    """Keys of rows of others, each with whose it is; those of identities first."""


@dataclass(slots=True)
class Scene(Whose):
    """The database in which identities try things, on a connection of its administrator."""

    connection: Connection[Any]
    among: frozenset[str] = frozenset()
    """Owners whose rows are told apart, where not all are."""
    maker: Maker = field(init=False)
    problems: dict[Table, SchemaVerifyError] = field(default_factory=dict)
    """Tables for which no rows could be made, and why."""
    met: list[tuple[Table, BoundMet]] = field(default_factory=list)
    """Attempts that met a bound, and at which table."""
    cache: dict[Any, Any] = field(default_factory=dict)
    """What was asked already and cannot have changed."""

    def __post_init__(self) -> None:
        columns = {table: owner.column for table, owner in self.owners.items() if owner.column}
        self.maker = Maker(self.connection, self.catalog, columns)
        self.settle()

    def settle(self) -> None:
        """Have the connection as everything here needs it, whatever somebody has set."""
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
            try:
                if budget.spent:
                    raise impossible(table, f"not tried: {budget.spent}")
                with budget.call(), self.connection.transaction():
                    self._generate(table)
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

    @contextmanager
    def meanwhile(self) -> Iterator[None]:
        """Let rows be made that are gone afterwards, also from what is remembered of them."""
        parents, made, cache = {**self.maker._parents}, [*self.maker.made], {**self.cache}
        try:
            with self.connection.transaction(force_rollback=True):
                yield
        finally:
            self.maker._parents, self.maker.made, self.cache = parents, made, cache

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
        values = self.values(table)
        if len(values) < 2 and self.total(table) == sum(
            self.count(table, value) for value in values
        ):
            self.own_row(table, self.stranger(table), "somebody else")

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
        """Return a row of that owner which the table would take; None is nobody's."""
        given = self.given(table, value, label) if value is not None else {}
        return self.maker.draft(table, given, label)

    def given(self, table: Table, value: str, label: str) -> dict[str, str | None]:
        """Return the columns that make a row somebody's; for one through another, that is made."""
        owner = self.owners[table]
        if owner.column:
            return {owner.column: value}
        key = self.key_of(table, owner.through)
        assert key.references is not None
        parent = key.references[:2]
        known = ("parent", parent, value)
        if known not in self.cache:
            self.cache[known] = self._own_there(parent, value) or (
                self.own_row(parent, value, label).row
            )
        row = self.cache[known]
        return {a: row[b] for a, b in zip(key.columns, key.references[2], strict=True)}

    def _own_there(self, table: Table, value: str) -> dict[str, str | None] | None:
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

    def roster(self, table: Table, identity: Identity) -> Roster:
        """Return the rows of a table, told apart by whose they are, seen by the administrator."""
        owner = self.owners.get(table)
        mine = owner.of(identity) if owner else None
        known = ("roster", table, mine)
        if known not in self.cache:
            self.cache[known] = self._roster(table, mine)
        roster: Roster = self.cache[known]
        return roster

    def _roster(self, table: Table, mine: str | None) -> Roster:
        owner = self.owner_of(table, "t") if table in self.owners else sql.SQL("null::text")
        known = self.values(table) if table in self.owners else []
        wanted = sql.SQL("{} is not distinct from {}::text").format(owner, sql.Literal(mine))
        own: list[str] = []
        if mine is not None and table in self.owners:
            own = [key for key, _ in self._keys(table, owner, wanted, sql.SQL("1"))]
        # Those of identities first: somebody is told best whose row it is.
        first = sql.SQL("coalesce({} = any ({}::text[]), false) desc, 1").format(
            owner, sql.Literal(known)
        )
        rest = sql.SQL("not ({})").format(wanted) if own else sql.SQL("true")
        if self.among:
            rest = sql.SQL("{} and coalesce({} = any ({}), false)").format(
                rest, owner, sql.Literal(sorted(self.among))
            )
        others = {
            key: self.who(table, whose) for key, whose in self._keys(table, owner, rest, first)
        }
        total = self.total(table)
        count = self.count(table, mine) if mine is not None and table in self.owners else 0
        return Roster(total, count, tuple(own), others)

    def keys_and_owners(self, table: Table) -> list[tuple[str, str | None]]:
        """Return the keys of rows with whose they are, those of identities first."""
        owner = self.owner_of(table, "t")
        first = sql.SQL("coalesce({} = any ({}::text[]), false) desc, 1").format(
            owner, sql.Literal(self.values(table))
        )
        return self._keys(table, owner, sql.SQL("true"), first)

    def keys_of(self, table: Table, value: str | None) -> list[str]:
        """Return the keys of the rows with that owner."""
        return [key for key, whose in self.keys_and_owners(table) if whose == value]

    def remove(self, owners: Mapping[Table, str | None]) -> None:
        """Delete the rows of an owner in each table, and nothing that refers to them.

        Neither foreign keys nor triggers have a say. It has to be undone.
        """
        keys = {table: self.keys_of(table, value) for table, value in owners.items()}
        role = "select pg_catalog.set_config('session_replication_role', %s, true)"
        self.connection.execute(role, ["replica"])
        for table, listed in keys.items():
            statement = sql.SQL("delete from {} as t where {}").format(
                sql.Identifier(*table), self.keys(table, listed)
            )
            self.connection.execute(statement)
        self.connection.execute(role, ["origin"])

    def _keys(
        self, table: Table, owner: sql.Composable, where: sql.Composable, order: sql.Composable
    ) -> list[tuple[str, str | None]]:
        statement = sql.SQL(
            "select {}, {} from {} as t where {} order by {} limit {}"
        ).format(
            self.key(table), owner, sql.Identifier(*table), where, order, sql.Literal(MOST)
        )  # fmt: skip
        return self.connection.execute(statement).fetchall()

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

    def shown(self, table: Table, keys: Sequence[str]) -> list[str]:
        """Return rows as one line each, with whose they are."""
        columns = [
            column.name for column in self.catalog.of_table("columns", *table)
            if not column.type.partition("(")[0].endswith(("vector", "vec", "bytea"))
        ]  # fmt: skip
        picked = sql.SQL(", ").join(
            sql.SQL("{}::text as {}").format(sql.Identifier("t", name), sql.Identifier(name))
            for name in columns
        )
        owner = self.owner_of(table, "t") if table in self.owners else sql.SQL("null::text")
        statement = sql.SQL("select {}, {}, {} from {} as t where {}").format(
            self.key(table), owner, picked, sql.Identifier(*table), self.keys(table, keys)
        )
        rows = sorted(self.connection.execute(statement), key=lambda row: keys.index(row[0]))
        return [
            f"{self.whose(table, whose)} row: {described(columns, row)}" for _, whose, *row in rows
        ]


def described(columns: Sequence[str], row: Sequence[Any], width: int = 160) -> str:
    """Return a row in one line: `id = 4711, content = bob's secret`; what is NULL is left out."""
    parts = []
    for name, value in zip(columns, row, strict=True):
        text = json.dumps(value) if isinstance(value, (dict, list)) else str(value)
        if value is not None and text not in ("", "{}", "[]", "f", "t", "0"):
            parts.append(f"{name} = {text if len(text) <= 40 else text[:39] + '…'}")
    line = ", ".join(parts)
    return line if len(line) <= width else line[: width - 1] + "…"
