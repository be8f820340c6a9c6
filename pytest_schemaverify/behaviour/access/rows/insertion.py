"""Inserting one row: again and again, with what the server refuses changed each time."""

from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.identities import Identity, administered, with_token
from pytest_schemaverify.behaviour.access.rows.refusals import involved, mend
from pytest_schemaverify.behaviour.access.rows.row import Circle, Row
from pytest_schemaverify.behaviour.access.rows.triggers import other_values, place, raised
from pytest_schemaverify.behaviour.access.statements import (
    Made,
    NoRow,
    Table,
    Values,
    cast,
    equal,
    impossible,
    insertion,
    named,
    returned,
)
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.databases.resource_bounds import BoundMet
from pytest_schemaverify.errors import CannotDetermine

ATTEMPTS = 15
"""Refusals that are answered before a table is given up."""
SAME = 3
"""Refusals in the same words that are answered: what helped against none of them never will."""


class Vanished(NoRow):
    """A trigger or a rule does away with a row, and says nothing."""

    def __init__(self, table: Table) -> None:
        told = impossible(table, "a trigger or a rule does away with the row")
        super().__init__(told.tried, because=told.because, remedy=told.remedy)


@dataclass(slots=True)
class Insertion:
    """The attempts to insert one row."""

    row: Row
    token: Identity | None = None
    """Who it is for: tried with that where the administrator's row is refused or another's."""
    acting: Identity | None = None
    found: bool = False
    """Whether the row was there already, so that none was inserted."""
    places: set[str] = field(default_factory=set)
    """Where in functions errors were raised that refused the row."""
    collided: dict[str, str | None] = field(default_factory=dict)
    """The key of the row that is there already, if one has all the values that were wanted."""

    def made(self, *, keep: bool) -> Made:
        """Return the row, inserted for good or taken back. Raises CannotDetermine."""
        sent = {**self.row.values}
        try:
            return self._made(keep=keep)
        except (BoundMet, Circle):
            raise
        except CannotDetermine:
            if self.token is None or self.acting is not None:
                raise
            # A trigger may set the owner to who is there, or refuse whoever is nobody.
            self.row.values, self.acting = sent, self.token
            return self._made(keep=keep)

    def _made(self, *, keep: bool) -> Made:
        row, refusals, failure = self.row, list[str](), None
        for _ in range(ATTEMPTS):
            try:
                # A savepoint: after an error the server takes nothing more in a transaction without
                # one.
                with row.connection.transaction(force_rollback=not keep):
                    stored = self._stored()
                    return Made(row.table, row.values | row.by_chance(stored), stored)
            except Vanished as error:
                if not self._persuaded(""):
                    raise impossible(row.table, error.because) from None
            except psycopg.Error as error:
                if error.sqlstate is None:
                    raise
                refusals.append(error.diag.message_primary or str(error))
                if refusals.count(refusals[-1]) > SAME:
                    break
                if there := self._already(error):
                    return self._as_found(there)
                self._remember(error)
                if failure := self._failure(error):
                    break
        if keep and self.collided and (there := self._taken_over()):
            return self._as_found(there)
        raise failure or impossible(row.table, refusals[-1])

    def _failure(self, refusal: psycopg.Error) -> CannotDetermine | None:
        """Change what the server has refused; return why it cannot be changed."""
        if raised(refusal) and self.acting is None and self.token is not None:
            self.acting = self.token  # it may refuse whoever is nobody
            return None
        if raised(refusal) and self._persuaded(place(refusal)):
            return None
        try:
            mend(self.row, refusal)
        except Circle:
            raise
        except CannotDetermine as error:
            return error
        return None

    def _persuaded(self, refused: str) -> bool:
        """Choose other values for what triggers look at; returns whether this refusal is gone.

        `refused` is where in a function it was, "" where the row was not stored and nothing said.
        """
        row, before = self.row, {**self.row.values}
        self.places.add(refused)
        for change in other_values(row):
            row.values = {**before, **change}
            try:
                with row.connection.transaction(force_rollback=True):
                    self._stored()
            except Vanished:
                continue
            except psycopg.Error as error:
                if error.sqlstate is None:
                    raise
                # A new refusal by a trigger is one step on; what a constraint refuses is none.
                if not raised(error) or place(error) in self.places:
                    continue
            return True
        row.values = before
        return False

    def _as_found(self, there: Made) -> Made:
        self.found = True
        return there

    def _stored(self) -> dict[str, str | None]:
        """Return the row as the server has stored it. Raises psycopg.Error."""
        row = self.row
        types = {name: column.type for name, column in row.columns.items()}
        over = any(row.columns[name].identity == "always" for name in row.values)
        statement = sql.SQL("{} returning {}").format(
            insertion(row.table, row.values, types, over=over), returned(row.catalog, row.table)
        )
        for name in row.deferred:
            deferred = sql.SQL("set constraints {} deferred").format(
                sql.Identifier(row.table[0], name)
            )
            administered(row.connection, deferred)
        try:
            with with_token(row.connection, self.acting):
                answer = administered(row.connection, statement)
        except BoundMet as error:
            raise impossible(row.table, error.bound, error.where) from None
        if not answer.rows:
            raise Vanished(row.table)
        stored = named(answer.columns or (), answer.rows[0])
        self._require_theirs(stored)
        return stored

    def _require_theirs(self, stored: Values) -> None:
        """Raise CannotDetermine where a trigger has made the row somebody else's."""
        owner = self.row.owners.get(self.row.table, "")
        wanted = self.row.values.get(owner)
        if owner in self.row.fixed and wanted is not None and stored.get(owner) != wanted:
            whose = "nobody's" if stored.get(owner) is None else "somebody else's"
            raise impossible(self.row.table, f"a trigger makes the row of {self.row.label} {whose}")

    def _already(self, error: psycopg.Error) -> Made | None:
        """Return the row that is there, if all that collides with it was asked for."""
        if not isinstance(error, psycopg.errors.UniqueViolation):
            return None
        row, columns = self.row, involved(self.row, error)
        if not columns or not columns <= row.fixed:
            return None
        given = {name: row.values[name] for name in columns}
        return existing(row.connection, row.catalog, row.table, given)

    def _remember(self, error: psycopg.Error) -> None:
        """Keep the key of the row with one's usual values that is there: a trigger may make it."""
        row, columns = self.row, involved(self.row, error)
        # A trigger that makes a profile for each new user leaves no room for another one, and one
        # that makes whoever opens a room a member of it none for another membership.
        asked = row.fixed | row.usual.keys()
        if row.owners.get(row.table) in columns & row.fixed:
            asked |= {name for key in row.foreign_keys() for name in key.columns}
        if not self.collided and columns and columns <= asked:
            self.collided = {name: row.values[name] for name in columns}

    def _taken_over(self) -> Made | None:
        """Return that row with the values that were asked for; None if it does not take them."""
        row = self.row
        wanted = {name: row.values[name] for name in row.fixed}
        if not wanted:
            return existing(row.connection, row.catalog, row.table, self.collided)
        change = sql.SQL("update {} set {} where {} returning {}").format(
            sql.Identifier(*row.table),
            sql.SQL(", ").join(
                sql.SQL("{} = {}").format(sql.Identifier(name), cast(text, row.columns[name].type))
                for name, text in wanted.items()
            ),
            equal(row.catalog, row.table, self.collided),
            returned(row.catalog, row.table),
        )
        try:
            with row.connection.transaction():
                answer = administered(row.connection, change)
        except psycopg.Error as error:
            if error.sqlstate is None:
                raise
            return None
        if not answer.rows:
            return None
        return Made(row.table, wanted, named(answer.columns or (), answer.rows[0]))


def existing(
    connection: Connection[Any], catalog: Catalog, table: Table, given: Values
) -> Made | None:
    """Return the row with these values, if they include a key of the table and it is there."""
    keys = [
        set(one.columns)
        for one in catalog.of_table("constraints", *table)
        if one.kind in ("primary key", "unique")
    ]
    if not any(key <= given.keys() for key in keys):
        return None
    statement = sql.SQL("select {} from {} where {}").format(
        returned(catalog, table), sql.Identifier(*table), equal(catalog, table, given)
    )
    answer = administered(connection, statement)
    if not answer.rows:
        return None
    return Made(table, dict(given), named(answer.columns or (), answer.rows[0]))
